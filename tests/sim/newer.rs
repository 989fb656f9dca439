//! What a newer version of the product writes: this one cannot read it, and must keep it and pass it on as it is.

use ed25519_dalek::{Signer as _, SigningKey};
use futures::executor::block_on;
use minicbor::Encoder;
use server::store::{Checkpoint, Devices, FeedRow, Snapshot, Store, Unit, Writing};
use sync_core::{
    feed::Entry,
    judge::OPERATOR,
    log::{Actor, Change, Declared, Hash, Header, PushBatch, SignedBatch, genesis, next_link},
    refusal::Verdict,
    replica::{LogRecord, Replica},
    scope::Scope,
    time::Timestamp,
    unit::{ChangeId, DeviceId},
};

use crate::{
    dice::Dice,
    office::{Office, SESSION},
};

/// A kind that no version so far knows.
const NEWER_KIND: u16 = 9_001;

/// A change as a newer version seals it: its kind, its version or a field of its header is not known here.
fn sealed(dice: &mut Dice, device: DeviceId, mut header: Header, customer: Scope) -> Change {
    let mut body = Vec::new();
    let words = format!("新版本写的第{}句", dice.below(1_000));
    Encoder::new(&mut body).map(2).and_then(|e| e.u8(0)?.str(&words)?.u8(77)?.bool(true)).expect("to memory");
    if dice.once_in(3) {
        // A visit, in a later meaning of the word.
        (header.kind, header.version) = (30, 2);
        header.scopes = vec![customer];
    }
    let plain = Change::seal(device, header, None, body);
    let header = plain.header_bytes();
    // The header is a map: one more field of it, at its end.
    let mut longer = vec![header[0] + 1];
    longer.extend_from_slice(&header[1..]);
    longer.extend_from_slice(&[0x18, 99, 0x62, b'n', b'o']);
    let mut bytes = Vec::new();
    let mut e = Encoder::new(&mut bytes);
    e.array(2).and_then(|e| e.bytes(&longer)?.bytes(plain.body())).expect("to memory");
    Change::from_bytes(device, &bytes).expect("still a change")
}

/// The next record of a phone's log, as a newer version would write it.
pub(crate) fn record(
    dice: &mut Dice,
    replica: &Replica,
    link_before: Option<Hash>,
    at: Timestamp,
) -> Option<LogRecord> {
    let me = replica.identity();
    let seq = replica.next_seq();
    let before = match seq {
        1 => genesis(me.company, me.device, &me.key),
        _ => link_before?,
    };
    let customers: Vec<Scope> =
        replica.scopes().iter().copied().filter(|scope| matches!(scope, Scope::Customer(_))).collect();
    let customer = *dice.pick(&customers)?;
    let header = Header {
        seq,
        at,
        seen: replica.index().cursor.position,
        kind: NEWER_KIND,
        version: 1,
        scopes: vec![customer],
        entity: None,
        actor: None,
        epoch: Some(replica.index().cursor.epoch),
    };
    let change = sealed(dice, me.device, header, customer);
    let link = next_link(&before, &change);
    Some(LogRecord { change, link, judged: None })
}

impl Office {
    /// A newer server over the same book writes what this one cannot read. Whether the store let it.
    pub(crate) fn newer_server_writes(&self, dice: &mut Dice, now: Timestamp) -> bool {
        let Some(customer) = dice.pick(&self.customers).copied() else { return false };
        block_on(self.write_newer(dice, Scope::Customer(customer), now)).is_ok()
    }

    async fn write_newer(
        &self,
        dice: &mut Dice,
        scope: Scope,
        now: Timestamp,
    ) -> Result<(), server::store::StoreError> {
        let store = self.hub.store();
        let company = store.companies().await?.remove(0);
        let mut unit = store.begin(company.id).await?;
        let mut head = unit.head().await?;
        let mut log = unit.devices(&Devices::These(vec![company.hub])).await?.remove(0);
        let id = ChangeId { device: company.hub, seq: log.last_seq + 1 };
        let effective = now.max(head.latest.next()).max(log.latest.next());
        let header = Header {
            seq: id.seq,
            at: effective,
            seen: head.position,
            kind: NEWER_KIND,
            version: 1,
            scopes: vec![scope],
            entity: None,
            actor: Some(Actor { staff: OPERATOR, session: SESSION }),
            epoch: None,
        };
        let change = sealed(dice, company.hub, header, scope);
        let one = std::slice::from_ref(&change);
        let batch = PushBatch::new(company.id, log.link, one, Declared::default()).expect("one change");
        let signature = SigningKey::from_bytes(&company.hub_key).sign(&batch.signing_bytes()).to_bytes();
        let signed = SignedBatch::from_bytes(&batch.signed(&signature)).expect("a batch");
        (log.last_seq, log.link, log.latest) = (id.seq, next_link(&log.link, &change), effective);
        log.checkpoint = Some(Checkpoint { header: signed.header_bytes().to_vec(), signature });
        head.position += 1;
        head.latest = effective;
        head.counters.received += 1;
        head.counters.applied += 1;
        let entry = Entry {
            position: head.position,
            change,
            staff: OPERATOR,
            effective,
            received: now,
            verdict: Verdict::plain(),
        };
        let scopes = entry.scopes();
        let mut digests = unit.digests(Some(&scopes)).await?;
        if digests.is_empty() {
            digests.push((scopes[0], sync_core::log::SetDigest::default()));
        }
        for (_, digest) in &mut digests {
            digest.add(&entry.hash());
        }
        let rows = vec![FeedRow { entry, link: log.link, scopes }];
        unit.save(&Writing { head, rows, digests, devices: vec![log], ..Writing::default() }).await?;
        unit.commit().await
    }
}
