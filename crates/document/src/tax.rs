//! Consumption tax in what was paid, for the 適格簡易請求書 (rules D.28 and D.31).

use api::{Bill, TaxClass};
use money::{AmountOverflow, Yen};

/// What was paid at one rate, tax included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct RateTotal {
    pub(crate) rate_percent: u8,
    pub(crate) total: Yen,
    /// The tax contained in the total, rounded down once for the whole receipt (B.13).
    pub(crate) tax: Yen,
}

/// One total a rate that occurs, the usual rate first.
pub(crate) fn totals_by_rate(bill: &Bill) -> Result<Vec<RateTotal>, AmountOverflow> {
    let mut totals = Vec::new();
    for class in [TaxClass::Standard, TaxClass::Reduced] {
        let amounts = bill.detail.lines.iter().filter(|line| line.tax == class).map(|line| line.amount);
        let total = Yen::sum(amounts)?;
        if let Some(rate_percent) = rate_percent(class).filter(|_| !total.is_zero()) {
            totals.push(RateTotal { rate_percent, total, tax: tax_inside(total, rate_percent)? });
        }
    }
    Ok(totals)
}

/// What of `due` carries no tax: the insured part and what is exempt by law.
pub(crate) fn exempt_total(due: Yen, totals: &[RateTotal]) -> Result<Yen, AmountOverflow> {
    due.minus(Yen::sum(totals.iter().map(|total| total.total))?)
}

fn rate_percent(class: TaxClass) -> Option<u8> {
    match class {
        TaxClass::Exempt => None,
        TaxClass::Standard => Some(10),
        TaxClass::Reduced => Some(8),
    }
}

fn tax_inside(total: Yen, rate_percent: u8) -> Result<Yen, AmountOverflow> {
    let rate = i64::from(rate_percent);
    let scaled = total.amount().checked_mul(rate).ok_or(AmountOverflow)?;
    Ok(Yen::new(scaled / (100 + rate)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tax_is_rounded_down() {
        let cases = [(1_080, 8, 80), (11_000, 10, 1_000), (10_999, 10, 999), (10, 10, 0), (0, 8, 0)];
        for (total, rate, tax) in cases {
            assert_eq!(tax_inside(Yen::new(total), rate), Ok(Yen::new(tax)));
        }
        assert_eq!(tax_inside(Yen::new(i64::MAX), 10), Err(AmountOverflow));
    }
}
