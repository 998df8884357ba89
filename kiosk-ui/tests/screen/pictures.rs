//! Each page in each language looks as its picture in `tests/screens`.
//!
//! `SCREENS=update cargo test -p kiosk-ui pictures` writes the pictures anew, that of README.md too; look at every one
//! that changed.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use api::{CallProgress, Page};
use kiosk_ui::Language;

use crate::pages;
use crate::stage::{HEIGHT, Stage, WIDTH};

/// The edge of a letter may be a little darker or lighter with another version of the typeface.
const DIFFERENCE_MAX: u8 = 48;

/// So many pixels may differ by more than that. One changed kana of a sentence is more than twice as many.
const DIFFERENT_PIXELS_MAX: usize = 40;

/// Stored pictures are half as wide and half as high: it keeps the whole set at some megabytes, and a changed word
/// still shows.
const STORED: (u32, u32) = (WIDTH / 2, HEIGHT / 2);

/// Each channel has 16 levels in stored pictures, so that the colours of a page fit into a palette.
const LEVEL: u8 = 17;

/// Red, green, blue, for each pixel.
type Pixels = Vec<u8>;

/// The page that README.md shows, as large and as colourful as on the panel.
const IN_README: &str = "cash_change";

#[test]
fn pages_look_as_before() {
    let stage = Stage::small();
    let mut wrong = Vec::new();
    let mut expected = Vec::new();
    for (folder, language) in [("ja", Language::Japanese), ("en", Language::English)] {
        for (name, view) in pages::all() {
            stage.show(view.as_ref());
            stage.screen.speak(language);
            let file = stored(folder).join(format!("{name}.png"));
            wrong.extend(compare_small(&stage, &file).err());
            expected.push(file);
        }
        expected.extend(while_away(&stage, folder, &mut wrong));
    }
    wrong.extend(unexpected(&expected));
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}

#[test]
fn readme_shows_what_the_screen_shows() {
    let stage = Stage::new();
    let view = pages::all().into_iter().find(|(name, _)| name == IN_README).unwrap().1;
    stage.show(view.as_ref());
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/pictures/kiosk.png");
    compare(&picture(&stage, (WIDTH, HEIGHT)), (WIDTH, HEIGHT), &file).unwrap();
}

/// What somebody with money inside reads while seisankid is away: at first, and after a while.
fn while_away(stage: &Stage, folder: &str, wrong: &mut Vec<String>) -> [PathBuf; 2] {
    stage.show(Some(&pages::view(Page::Counting, CallProgress::None)));
    stage.show(None);
    let files = ["waiting_with_money", "waiting_with_money_long"].map(|name| {
        let file = stored(folder).join(format!("{name}.png"));
        wrong.extend(compare_small(stage, &file).err());
        stage.pass(Duration::from_secs(30));
        file
    });
    // The next one to stand there has no money inside.
    stage.show(Some(&pages::view(pages::idle(), CallProgress::None)));
    files
}

fn stored(folder: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/screens").join(folder)
}

/// Pictures of pages that are no more.
fn unexpected(expected: &[PathBuf]) -> Vec<String> {
    let folders = ["ja", "en"].map(stored);
    let files =
        folders.iter().flat_map(|folder| fs::read_dir(folder).unwrap()).map(|entry| entry.unwrap().path());
    files
        .filter(|file| !expected.contains(file))
        .map(|file| format!("{}: no such page", file.display()))
        .collect()
}

#[expect(clippy::disallowed_methods, reason = "says whether pictures are compared or written")]
fn updating() -> bool {
    std::env::var("SCREENS").is_ok_and(|value| value == "update")
}

fn compare_small(stage: &Stage, file: &Path) -> Result<(), String> {
    compare(&in_levels(picture(stage, STORED)), STORED, file)
}

fn compare(pixels: &Pixels, size: (u32, u32), file: &Path) -> Result<(), String> {
    let before = fs::read(file).ok().map(|png| decoded(&png, size));
    if before.as_ref() == Some(pixels) {
        return Ok(());
    }
    let different = before.map(|before| count_different(pixels, &before));
    if updating() {
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, encoded(pixels, size)).unwrap();
        return Ok(());
    }
    if different.is_some_and(|count| count <= DIFFERENT_PIXELS_MAX) {
        return Ok(());
    }
    let language = file.parent().and_then(Path::file_name).unwrap().to_string_lossy();
    let name = format!("{language}-{}", file.file_name().unwrap().to_string_lossy());
    let now = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    fs::write(&now, encoded(pixels, size)).unwrap();
    let count = different.map_or("is not there".to_owned(), |count| format!("differs in {count} pixels"));
    Err(format!("{}: {count}; it looks like {} now", file.display(), now.display()))
}

fn count_different(one: &Pixels, other: &Pixels) -> usize {
    let far = |(a, b): (&[u8], &[u8])| a.iter().zip(b).any(|(a, b)| a.abs_diff(*b) > DIFFERENCE_MAX);
    one.chunks_exact(3).zip(other.chunks_exact(3)).filter(|pair| far(*pair)).count()
}

fn picture(stage: &Stage, size: (u32, u32)) -> Pixels {
    let picture = stage.picture();
    assert_eq!((picture.width(), picture.height()), size);
    picture.as_slice().iter().flat_map(|pixel| [pixel.r, pixel.g, pixel.b]).collect()
}

fn in_levels(pixels: Pixels) -> Pixels {
    let level = |channel: u8| (channel / LEVEL + u8::from(channel % LEVEL > LEVEL / 2)) * LEVEL;
    pixels.into_iter().map(level).collect()
}

/// With a palette if the colours fit into one.
fn encoded(pixels: &Pixels, (width, height): (u32, u32)) -> Vec<u8> {
    let colours: BTreeSet<&[u8]> = pixels.chunks_exact(3).collect();
    let palette: Vec<&[u8]> = colours.into_iter().collect();
    let index = |pixel: &[u8]| u8::try_from(palette.binary_search(&pixel).unwrap()).ok();
    let indexes: Option<Vec<u8>> = pixels.chunks_exact(3).map(index).collect();

    let mut png = Vec::new();
    let mut encoder = png::Encoder::new(&mut png, width, height);
    encoder.set_compression(png::Compression::High);
    match indexes {
        Some(_) => {
            encoder.set_color(png::ColorType::Indexed);
            encoder.set_palette(palette.concat());
            encoder.set_filter(png::Filter::NoFilter);
        }
        None => encoder.set_color(png::ColorType::Rgb),
    }
    let mut writer = encoder.write_header().unwrap();
    writer.write_image_data(indexes.as_ref().unwrap_or(pixels)).unwrap();
    writer.finish().unwrap();
    png
}

fn decoded(png: &[u8], size: (u32, u32)) -> Pixels {
    let mut decoder = png::Decoder::new(std::io::Cursor::new(png));
    decoder.set_transformations(png::Transformations::EXPAND);
    let mut reader = decoder.read_info().unwrap();
    let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
    let info = reader.next_frame(&mut pixels).unwrap();
    assert_eq!((info.width, info.height), size);
    pixels
}
