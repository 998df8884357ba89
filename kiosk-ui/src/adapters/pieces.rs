//! Notes and coins as plain shapes (K31).

use money::Denomination;
use slint::Color;

use crate::ui::Piece;

/// The shape of one kind of note or coin.
pub(super) fn piece(kind: Denomination, accepted: bool) -> Piece {
    Piece { value: kind.to_string().into(), accepted, tint: tint(kind) }
}

/// Light enough for dark ink. The value says which piece it is; the colour only helps to find it.
fn tint(kind: Denomination) -> Color {
    let (red, green, blue) = match kind {
        Denomination::Yen1 => (0xee, 0xf1, 0xf2),
        Denomination::Yen5 => (0xf0, 0xdf, 0x96),
        Denomination::Yen10 => (0xe6, 0xbf, 0x9a),
        Denomination::Yen50 | Denomination::Yen100 => (0xdc, 0xe3, 0xe6),
        Denomination::Yen500 => (0xe9, 0xdc, 0xb4),
        Denomination::Yen1000 => (0xcf, 0xe0, 0xec),
        Denomination::Yen2000 => (0xd3, 0xe8, 0xd2),
        Denomination::Yen5000 => (0xe3, 0xd6, 0xea),
        Denomination::Yen10000 => (0xea, 0xdf, 0xca),
    };
    Color::from_rgb_u8(red, green, blue)
}
