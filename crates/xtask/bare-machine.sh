#!/bin/sh
# Checks what README.md promises: on a bare Debian 12 with Rust, `./run demo` and `./run test` do everything.
#
#     crates/xtask/bare-machine.sh [--test]
#
# As root, in a checkout, with Rust, git and debootstrap. It makes the smallest Debian that there is in a temporary
# folder, copies HEAD into it (so what is not committed is not checked), and starts `./run` there in a chroot.
# With --test it runs the tests too. MIRROR names another Debian mirror, TMPDIR another place for some gigabytes.
#
# It is no part of CI: it downloads a Debian and builds everything again, which takes longer than most changes deserve.
#
# What differs from a new machine, and is therefore not checked:
# - The toolchain is the host's, without rustup: what rustup does with rust-toolchain.toml stays out.
# - /etc/hosts is written here: debootstrap makes none, an installed Debian has one, and Chromium's driver asks it where
#   localhost is.
# - Crates that the host has downloaded are copied, to spare the registry; what is missing is downloaded.
# - ca-certificates are there, because nobody gets Rust or a crate without them.
# - The kernel, the network and the processor are the host's; user is root, so that `run` never asks sudo.
set -eu

mirror=${MIRROR:-http://deb.debian.org/debian}
scenario=tests/scenarios/first-payment.scn

say() {
    # Standard output belongs to the demo's result.
    echo "bare-machine: $*" >&2
}

timed() {
    name=$1
    shift
    started=$(date +%s)
    status=0
    "$@" || status=$?
    seconds=$(($(date +%s) - started))
    [ "$status" = 0 ] || { say "$name: FAILED with $status after $seconds s"; exit "$status"; }
    say "$name: ok after $seconds s"
}

# debootstrap is talkative, and on standard output.
install_debian() {
    if ! debootstrap --variant=minbase --include=ca-certificates bookworm "$root" "$mirror" >"$1" 2>&1; then
        tail -n 20 "$1" >&2
        return 1
    fi
}

# Runs in mount and process namespaces of its own: mounts and programs left over end with it, even after kill -9, and
# the outer half never deletes a folder in which something of the host is mounted.
inside() {
    root=$1
    mount -t proc proc "$root/proc"
    mount -t sysfs -o ro sysfs "$root/sys"
    # The simulator plays devices on pseudo-terminals. An instance of its own: the host's terminals stay unseen.
    mount -t devpts -o newinstance,ptmxmode=0666,mode=620 devpts "$root/dev/pts"
    ln -sf pts/ptmx "$root/dev/ptmx"
    # Chromium draws in shared memory.
    mount -t tmpfs -o nosuid,nodev tmpfs "$root/dev/shm"
    mount --bind "$2" "$root/opt/rust"
    mount -o remount,bind,ro "$root/opt/rust"

    timed "./run demo" in_root "$root" ./run demo --script "$scenario"
    [ "$3" = no ] || timed "./run test" in_root "$root" ./run test
}

in_root() {
    root=$1
    shift
    # Nothing of the host's environment, in which a variable may stand for something that is not installed.
    # shellcheck disable=SC2016 # The inner shell expands them.
    chroot "$root" /usr/bin/env -i HOME=/root PATH=/opt/rust/bin:/usr/sbin:/usr/bin:/sbin:/bin \
        /bin/sh -c 'cd "$HOME/seisanki" && exec "$@"' in-root "$@"
}

if [ "${1:-}" = --inside ]; then
    shift
    inside "$@"
    exit
fi

with_tests=no
case "$*" in
    "") ;;
    --test) with_tests=yes ;;
    *) say "usage: crates/xtask/bare-machine.sh [--test]"; exit 2 ;;
esac
[ "$(id -u)" = 0 ] || { say "only root may mount and chroot"; exit 1; }
for program in debootstrap unshare git rustc; do
    command -v "$program" >/dev/null || { say "$program is missing"; exit 1; }
done

script=$(readlink -f "$0")
cd "$(dirname "$script")/../.."
# In this folder, so that rust-toolchain.toml chooses.
toolchain=$(rustc --print sysroot)
registry=${CARGO_HOME:-$HOME/.cargo}/registry

base=$(mktemp -d "${TMPDIR:-/tmp}/bare-machine.XXXXXX")
root=$base/root
# The second guard beside the namespace: whatever is mounted below is not deleted. A failure here must not hide the
# result.
trap 'rm -rf --one-file-system "$base" || say "$base could not be deleted"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

say "$(rustc --version) from $toolchain, Debian 12 from $mirror, in $base"
timed debootstrap install_debian "$base/debootstrap.log"

printf '127.0.0.1\tlocalhost\n::1\tlocalhost\n' >"$root/etc/hosts"

git archive --output="$base/source.tar" HEAD
mkdir -p "$root/root/seisanki" "$root/root/.cargo/registry" "$root/opt/rust"
tar -x -f "$base/source.tar" -C "$root/root/seisanki"
# Archives and index; unpacked sources are made anew, as everything that a build could have changed.
for part in cache index; do
    [ ! -d "$registry/$part" ] || cp -a "$registry/$part" "$root/root/.cargo/registry/"
done

# Not exec: the trap deletes the folder afterwards.
unshare --mount --pid --fork --kill-child sh "$script" --inside "$root" "$toolchain" "$with_tests"
say "a bare Debian 12 did everything by itself"
