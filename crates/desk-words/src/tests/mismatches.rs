//! Devices that are others than their profile says.

use api::UnitKind;
use device_api::UnitTrouble;

use super::faults::mismatches;
use crate::DeskWords;

#[test]
fn what_was_read_what_the_profile_says_and_what_to_do() {
    check(
        0,
        ["「Bill Validator」", "「Coin Acceptor」", "アドレスをお確かめ"],
        ["`Bill Validator`", "`Coin Acceptor`"],
    );
    check(1, ["242", "断りました", "お確かめ"], ["242", "refused"]);
    check(2, ["装置の国コードは 01", "0A", "country_code"], ["device is 01", "profile 0A"]);
    check(3, ["JP050A", "1円、5円 だけ", "values"], ["JP050A", "only 1 yen, 5 yen"]);
    check(4, ["71", "61 から 70", "お確かめ"], ["71", "61 to 70"]);
    check(
        5,
        ["ドラム1", "装置では 2,000円", "プロファイルでは 5,000円"],
        ["device 2,000 yen", "profile 5,000 yen"],
    );
    check(6, ["装置では 金種表にないお札", "5,000円", "drums"], ["does not list", "profile 5,000 yen"]);
    check(7, ["「JP050A」", "100円", "hoppers"], ["`JP050A`", "100 yen"]);
    check(8, ["暗号化", "対応していません", "切る"], ["encrypted", "cannot make"]);
}

fn check(index: usize, japanese: [&str; 3], english: [&str; 2]) {
    let trouble = UnitTrouble::other_than_profile(mismatches()[index].clone());
    let said = DeskWords::japanese().unit_trouble(UnitKind::Coins, &trouble);
    assert!(japanese.iter().all(|part| said.contains(part)), "{said}");
    let said = DeskWords::english().unit_trouble(UnitKind::Notes, &trouble);
    assert!(english.iter().all(|part| said.contains(part)), "{said}");
}
