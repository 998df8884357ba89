//! Any text as a scenario.

#![no_main]

use libfuzzer_sys::fuzz_target;
use sim::scenario::Scenario;

fuzz_target!(|text: &str| {
    match text.parse::<Scenario>() {
        Err(error) => assert!(error.to_string().starts_with("line "), "a mistake is found by its line"),
        Ok(scenario) => {
            assert!(!scenario.profiles.is_empty());
            for step in &scenario.steps {
                let line = text.lines().nth(step.line - 1).expect("a step stands in a line");
                assert!(line.contains(&step.text));
                let alone = step.text.parse::<Scenario>().expect("a step means something by itself");
                assert_eq!(format!("{:?}", alone.steps[0].action), format!("{:?}", step.action));
            }
        }
    }
});
