//! Do not change these lines: see the file beside this folder.

use device_api::Place;
use engine::{CashEntry, Entry};

use super::{COIN, COINS, Golden, PURPOSE, cash, store};

pub(super) fn lines() -> Vec<Golden> {
    vec![
        (
            Entry::Cash(CashEntry::CoinCredited {
                purpose: PURPOSE,
                store: store(COINS, Place::Hopper(5)),
                denomination: COIN,
                event_no: 7,
            }),
            r#"{"v":2,"family":"cash","type":"coin_credited","purpose":{"tender":"12-1"},"store":"coins/hopper-5","denomination":100,"event_no":7}"#,
        ),
        (
            Entry::Cash(CashEntry::CoinCredited {
                purpose: PURPOSE,
                store: store(COINS, Place::CoinBox),
                denomination: COIN,
                event_no: 255,
            }),
            r#"{"v":2,"family":"cash","type":"coin_credited","purpose":{"tender":"12-1"},"store":"coins/coin-box","denomination":100,"event_no":255}"#,
        ),
        (
            Entry::Cash(CashEntry::CoinFound {
                store: store(COINS, Place::CoinBox),
                denomination: COIN,
                event_no: 1,
            }),
            r#"{"v":2,"family":"cash","type":"coin_found","store":"coins/coin-box","denomination":100,"event_no":1}"#,
        ),
        (
            Entry::Cash(CashEntry::CoinsUnaccounted { unit: COINS, events: 3, event_no: 8 }),
            r#"{"v":2,"family":"cash","type":"coins_unaccounted","unit":"coins","events":3,"event_no":8}"#,
        ),
        (
            Entry::Cash(CashEntry::EventsTold { unit: COINS, event_no: 0 }),
            r#"{"v":2,"family":"cash","type":"events_told","unit":"coins","event_no":0}"#,
        ),
        (
            Entry::Cash(CashEntry::StockSet {
                store: store(COINS, Place::Hopper(5)),
                before: cash(&[(COIN, 48)]),
                counted: cash(&[(COIN, 50)]),
                by: super::staff("鈴木"),
            }),
            r#"{"v":2,"family":"cash","type":"stock_set","store":"coins/hopper-5","before":[[100,48]],"counted":[[100,50]],"by":"鈴木"}"#,
        ),
    ]
}
