//! Do not change these lines: see the file beside this folder.

use device_api::Place;
use engine::{CashEntry, Entry};

use super::{COIN, Golden, PURPOSE};

pub(super) fn lines() -> Vec<Golden> {
    vec![
        (
            Entry::Cash(CashEntry::CoinCredited {
                purpose: PURPOSE,
                denomination: COIN,
                place: Place::Hopper(COIN),
                event_no: 7,
            }),
            r#"{"v":2,"family":"cash","type":"coin_credited","purpose":{"tender":"12-1"},"denomination":100,"place":{"hopper":100},"event_no":7}"#,
        ),
        (
            Entry::Cash(CashEntry::CoinCredited {
                purpose: PURPOSE,
                denomination: COIN,
                place: Place::CoinBox,
                event_no: 255,
            }),
            r#"{"v":2,"family":"cash","type":"coin_credited","purpose":{"tender":"12-1"},"denomination":100,"place":"coin_box","event_no":255}"#,
        ),
        (
            Entry::Cash(CashEntry::CoinFound { denomination: COIN, place: Place::CoinBox, event_no: 1 }),
            r#"{"v":2,"family":"cash","type":"coin_found","denomination":100,"place":"coin_box","event_no":1}"#,
        ),
        (
            Entry::Cash(CashEntry::CoinsUnaccounted { events: 3 }),
            r#"{"v":2,"family":"cash","type":"coins_unaccounted","events":3}"#,
        ),
        (
            Entry::Cash(CashEntry::StockSet {
                place: Place::Hopper(COIN),
                denomination: COIN,
                before: 48,
                pieces: 50,
                by: super::staff("鈴木"),
            }),
            r#"{"v":2,"family":"cash","type":"stock_set","place":{"hopper":100},"denomination":100,"before":48,"pieces":50,"by":"鈴木"}"#,
        ),
    ]
}
