//! Whole-machine stories: each runs in the world (virtual time), and, where it says so, on the unmodified
//! programs over pseudo-terminals (wall time).

#[cfg(test)]
mod bench;
#[cfg(test)]
mod browser;
#[cfg(test)]
mod cabinet_page;
#[cfg(test)]
mod daemon;
#[cfg(test)]
mod demo;
#[cfg(test)]
mod desk_words;
#[cfg(test)]
mod programs;
#[cfg(test)]
mod stories;
#[cfg(test)]
mod tools;
