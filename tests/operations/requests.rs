//! Each request has a number, by which the operator finds in the log what somebody was told.

use std::collections::BTreeSet;

use crate::house::House;

#[tokio::test]
async fn every_answer_has_a_number_of_its_own_and_a_problem_says_the_same() {
    let house = House::open().await;
    let mut numbers = BTreeSet::new();
    for (path, status, code) in [
        ("/healthz", 200, None),
        ("/readyz", 200, None),
        ("/api/v1/nowhere", 404, Some("request.not-found")),
        ("/api/v1/customers", 401, Some("session.missing")),
    ] {
        let answer = house.get(path).send().await;
        let number = answer.header("x-request-id").expect("a number").to_owned();
        assert_eq!((answer.status, number.len()), (status, 16), "{path}: {number}");
        if let Some(code) = code {
            assert_eq!(answer.problem(status, code)["request"], number, "{path}");
        }
        numbers.insert(number);
    }
    assert_eq!(numbers.len(), 4, "none is given out twice");
    house.close().await;
}
