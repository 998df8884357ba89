//! Rust text as far as the rules need it: code without comments and literals, words, imports.

/// The text with comments, strings and characters blanked out, so that a rule may be written about in a comment
/// and named in a message. Every line stays where it was.
pub(super) fn code_only(text: &str) -> String {
    let mut code = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let length = comment_or_literal_length(rest, code.chars().next_back());
        if length == 0 {
            code.push(first);
            rest = &rest[first.len_utf8()..];
        } else {
            let (blanked, after) = rest.split_at(length);
            code.extend(blanked.chars().map(|c| if c == '\n' { '\n' } else { ' ' }));
            rest = after;
        }
    }
    code
}

/// The lines, counted from 1, on which `word` stands by itself. A word may be a path such as `std::fs`.
pub(super) fn lines_with_word(code: &str, word: &str) -> Vec<usize> {
    let stands_alone = |start: usize| {
        let before = code[..start].chars().next_back();
        let after = code[start + word.len()..].chars().next();
        !before.is_some_and(is_name) && !after.is_some_and(is_name)
    };
    let starts = code.match_indices(word).map(|(start, _)| start);
    starts.filter(|start| stands_alone(*start)).map(|start| line_of(code, start)).collect()
}

/// The lines on which a floating-point type is named, as a type or as the suffix of a number (`1.0f64`).
pub(super) fn lines_with_float(code: &str) -> Vec<usize> {
    let names_float = |line: &str| {
        line.split(|c: char| !is_name(c)).any(|name| {
            let suffixed = name.starts_with(|c: char| c.is_ascii_digit()) && !name.starts_with("0x");
            let is_float = |float| name == float || (suffixed && name.ends_with(float));
            is_float("f32") || is_float("f64")
        })
    };
    (1..).zip(code.lines()).filter(|(_, line)| names_float(line)).map(|(number, _)| number).collect()
}

/// The lines on which something at or below `path` is imported, also out of a group (`use std::{fs, io}`).
pub(super) fn lines_importing(code: &str, path: &str) -> Vec<usize> {
    let below = format!("{path}::");
    let reaches = |import: &str| {
        let glob_above = import.strip_suffix('*').is_some_and(|parent| path.starts_with(parent));
        import == path || import.starts_with(&below) || glob_above
    };
    let found = imports(code).into_iter().filter(|(_, import)| reaches(import));
    found.map(|(start, _)| line_of(code, start)).collect()
}

/// Every imported path by itself, with where its last part ends.
fn imports(code: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    for (start, _) in code.match_indices("use ") {
        if code[..start].chars().next_back().is_some_and(is_name) {
            continue;
        }
        let tree_start = start + "use ".len();
        let tree = code[tree_start..].split(';').next().unwrap_or_default();
        found.extend(leaves(tree).into_iter().map(|(offset, path)| (tree_start + offset, path)));
    }
    found
}

/// Spells out a tree of imports: `a::{b, c::d as e}` is `a::b` and `a::c::d`.
fn leaves(tree: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    let mut stems = vec![String::new()];
    let mut part = String::new();
    for (offset, c) in tree.char_indices().chain([(tree.len(), ',')]) {
        let stem = stems.last().cloned().unwrap_or_default();
        match c {
            '{' => stems.push(stem + std::mem::take(&mut part).trim()),
            ',' | '}' => {
                let leaf = part.split(" as ").next().unwrap_or_default().trim();
                if !leaf.is_empty() {
                    let path = format!("{stem}{leaf}");
                    found.push((offset, path.trim_start_matches("::").to_owned()));
                }
                part.clear();
                if c == '}' {
                    stems.pop();
                }
            }
            _ => part.push(c),
        }
    }
    found
}

fn comment_or_literal_length(rest: &str, before: Option<char>) -> usize {
    if rest.starts_with("//") {
        rest.find('\n').unwrap_or(rest.len())
    } else if rest.starts_with("/*") {
        block_comment_length(rest)
    } else if rest.starts_with('"') {
        quoted_length(rest, '"')
    } else if rest.starts_with('\'') {
        character_length(rest)
    } else if before.is_some_and(is_name) {
        0
    } else {
        raw_string_length(rest)
    }
}

/// Block comments nest.
fn block_comment_length(rest: &str) -> usize {
    let mut depth = 0;
    let mut length = 0;
    while length < rest.len() {
        let (change, step) = match &rest.as_bytes()[length..] {
            [b'/', b'*', ..] => (1, 2),
            [b'*', b'/', ..] => (-1, 2),
            _ => (0, 1),
        };
        depth += change;
        length += step;
        if depth == 0 {
            break;
        }
    }
    length
}

fn quoted_length(rest: &str, quote: char) -> usize {
    let mut escaped = false;
    for (offset, c) in rest.char_indices().skip(1) {
        if !escaped && c == quote {
            return offset + c.len_utf8();
        }
        escaped = !escaped && c == '\\';
    }
    rest.len()
}

/// A quote begins a character (`'x'`, `'\n'`) or a lifetime (`'static`), which is code.
fn character_length(rest: &str) -> usize {
    let mut after = rest.chars().skip(1);
    match (after.next(), after.next()) {
        (Some('\\'), _) | (Some(_), Some('\'')) => quoted_length(rest, '\''),
        _ => 0,
    }
}

fn raw_string_length(rest: &str) -> usize {
    let marks = rest.trim_start_matches(['b', 'c']);
    let Some(hashes_on) = marks.strip_prefix('r') else { return 0 };
    let quote_on = hashes_on.trim_start_matches('#');
    if !quote_on.starts_with('"') {
        return 0;
    }
    let end = format!("\"{}", "#".repeat(hashes_on.len() - quote_on.len()));
    let opened = rest.len() - quote_on.len() + 1;
    rest[opened..].find(&end).map_or(rest.len(), |offset| opened + offset + end.len())
}

fn line_of(code: &str, start: usize) -> usize {
    code[..start].matches('\n').count() + 1
}

fn is_name(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_literals_are_blanked() {
        let cases = [
            ("a // b\nc", "a     \nc"),
            ("a /* b /* c */ d */ e", "a                   e"),
            (r#"f("g \" h") i"#, "f(        ) i"),
            (r##"f(r#"g " h"#) i"##, "f(          ) i"),
            (r#"f(b"g")"#, "f(b   )"),
            (r"'a' 'b: '\'' c", "    'b:      c"),
            ("for r in r#type {}", "for r in r#type {}"),
            ("\"two\nlines\" a", "    \n       a"),
            ("'精' a", "    a"),
            ("\"never closed", "             "),
        ];
        for (text, code) in cases {
            assert_eq!(code_only(text), code, "{text}");
        }
    }

    #[test]
    fn a_word_stands_by_itself() {
        let code = "std::fs::read();\nstd::fsx;\nmy_std::fs;\nuse std::fs;\n";
        assert_eq!(lines_with_word(code, "std::fs"), [1, 4]);
    }

    #[test]
    fn floats_are_types_or_suffixes() {
        let code = "x: f64\n1.0f32\n0xf32\nleaf64\nas f32)\n2_f64\nf64::NAN";
        assert_eq!(lines_with_float(code), [1, 2, 5, 6, 7]);
    }

    #[test]
    fn imports_are_found_in_groups() {
        let cases: [(&str, &[usize]); 9] = [
            ("use std::time::Instant;", &[1]),
            ("use std::time::{Duration, Instant};", &[1]),
            ("use std::{\n    fmt,\n    time::{self, Instant as Now},\n};", &[3]),
            ("pub(crate) use ::std::time::Instant;", &[1]),
            ("use std::time::*;", &[1]),
            ("use std::*;", &[1]),
            ("use std::time::Duration;", &[]),
            ("use other::time::Instant;", &[]),
            ("because std::time::Instant;", &[]),
        ];
        for (code, lines) in cases {
            assert_eq!(lines_importing(code, "std::time::Instant"), lines, "{code}");
        }
    }
}
