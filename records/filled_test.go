package records

import (
	"errors"
	"slices"
	"testing"
	"time"

	"aidpost/records/quality"
	"aidpost/records/staff"
)

// What a person, and who cares for them, tells in filled records: whatever of this
// lies open in a file is a leak. None of it is made of another.
const (
	tellGiven   = "Quintilla"
	tellFamily  = "Zebrowska"
	tellCard    = "CARD-7741093"
	tellPhone   = "+447700900417"
	tellSerial  = "OWNMETER-88213"
	tellRemark  = "afraid of needles since the flood"
	tellTold    = "Dr Tellington"
	tellRefer   = "Referral House Alpha"
	tellWhy     = "swollen left ankle"
	tellFound   = "a new tablet at night"
	tellPIN     = "583927"
	tellBadge   = "BADGE-55219"
	tellStaff   = "Nora Quillfeather"
	tellHandOn  = "watch the fridge of room nine"
	tellSummary = "%PDF-1.3 about Quintilla"
	tellSecret  = "bearer-3f1c77-of-the-kiosk"
)

// theirs is what is one person's; those of staff stay when a person goes.
func theirs() []string {
	return []string{
		tellGiven, tellFamily, tellCard, tellPhone, tellSerial, tellRemark, tellTold, tellRefer, tellWhy, tellFound, tellPIN, tellSummary,
		"1931-05-17",
	}
}

func staffs() []string { return []string{tellBadge, tellStaff, tellHandOn} }

// ours is what only this kiosk may know.
func ours() []string { return []string{tellSecret} }

// filling is a step of fillAll.
type filling struct {
	t *testing.T
	*Store
	a *Access
}

func (f filling) must(errs ...error) {
	f.t.Helper()
	if err := errors.Join(errs...); err != nil {
		f.t.Fatal(err)
	}
}

// filledOptions are those of records that fillAll is used on.
func filledOptions() Options { return Options{PINCost: staff.Cost{Passes: 1, KiB: 8, Threads: 1}} }

// fillAll puts, by the ways of the program alone, at least one row into every table, so
// that a table which is new fails the test until something is put into it here. It
// returns the last visit of the person whose the telling words are, who can be
// erased, and the others' visits.
func fillAll(t *testing.T, s *Store) (e *Encounter, others []*Encounter) {
	t.Helper()
	f := filling{t: t, Store: s}
	f.accounts()
	e = f.person()
	others = f.others()
	f.server(e, others[0])
	for _, table := range tablesOf(t, s) {
		n := 0
		f.must(s.db.QueryRow("SELECT count(*) FROM \"" + table + "\"").Scan(&n))
		if _, sealed := s.seal.(*vaulted); n == 0 && (table != "keyring" || sealed) {
			t.Errorf("the table %s is empty: put something into it in fillAll", table)
		}
	}
	if t.Failed() {
		t.FailNow()
	}
	return e, others
}

// tablesOf lists the tables that the schema has.
func tablesOf(t *testing.T, s *Store) (tables []string) {
	t.Helper()
	rows, err := s.db.Query("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			t.Fatal(err)
		}
		tables = append(tables, name)
	}
	if err := rows.Err(); err != nil || len(tables) < 20 {
		t.Fatalf("tables %v, %v", tables, err)
	}
	return tables
}

func (f *filling) accounts() {
	ctx := f.t.Context()
	_, err := f.Console("root", "kiosk-1").AddStaff(ctx, NewAccount{Name: tellStaff, Role: staff.Administrator, Badge: tellBadge, PIN: "274951"})
	f.must(err)
	if _, err := f.SignIn(ctx, tellBadge, "111222", "kiosk-1"); !errors.Is(err, ErrSignIn) {
		f.t.Fatalf("signed in with another PIN: %v", err)
	}
	f.a, err = f.SignIn(ctx, tellBadge, "274951", "kiosk-1")
	f.must(err, f.a.AddLot(ctx, quality.Lot{Number: "S1", Kind: quality.Reagent, Model: "onetouch-ultra2", Expires: now.Add(30 * 24 * time.Hour)}))
	f.must(f.a.NoteStorage(ctx, quality.Storage{Store: "cupboard", Limits: kept(19, 24)}))
	_, err = f.a.HandOver(ctx, tellHandOn)
	f.must(err)
}

// person is somebody of whom there is all that there can be.
func (f *filling) person() *Encounter {
	ctx := f.t.Context()
	first, e := visit(nil, now.Add(-30*time.Hour)), visit(nil, now.Add(-time.Hour))
	p := &Patient{
		ID: NewID(), Given: tellGiven, Family: tellFamily, BirthDate: Date{1931, 5, 17}, Created: now.Add(-31 * time.Hour),
		Identifiers: []Identifier{{System: "card", Value: tellCard}, {System: PhoneSystem, Value: tellPhone}},
	}
	e.Operator = f.a.Who().Clinician()
	urgent := &e.Observations[len(e.Observations)-1]
	urgent.Values = mmHg(192, 121)
	urgent.Judged = []Judgement{{Subject: "blood-pressure", Severity: "urgent", Tier: CriticalTier, Guideline: "g"}}
	own := unique(e.Started.Add(time.Minute), 117)
	own.Notes, own.Origin.Device.Serial, own.Capture = []string{NoteOwnMeter}, tellSerial, frames(e.Started, 4, 30)
	own.Capture[0].Bytes = []byte("capture of " + tellSerial)
	e.Observations = append(e.Observations, own)
	for _, one := range []*Encounter{first, e} {
		one.Patient = p
		save(f.t, f.Store, one)
	}
	e.Patient.Language = "fr" // a correction
	e.Observations[0].State = Amended
	save(f.t, f.Store, e)
	critical := e.Untold()[0]
	told := telling(critical, mmHg(192, 121))
	told.To = tellTold
	f.must(f.a.AddRemark(ctx, e, tellRemark), f.a.Tell(ctx, e, told))
	letter, err := f.a.Refer(ctx, e, Referral{To: tellRefer, Reason: tellWhy})
	f.must(err, f.a.CloseReferral(ctx, e, letter.Code, Return{From: tellRefer, Outcome: Treated, Found: tellFound}),
		f.Visitor("kiosk-1").ChoosePIN(ctx, p.ID, tellPIN, time.Time{}))
	_, err = f.a.Say(ctx, p.ID, takenBack(ConsentShare))
	f.must(err)
	_, err = f.Store.SealSummary(ctx, e.ID, []byte(tellSummary))
	f.must(err)
	return e
}

// others are a guest, two records of one person, a reading without a person and
// somebody who was erased.
func (f *filling) others() (all []*Encounter) {
	ctx := f.t.Context()
	guest, one, two, gone := visit(nil, now.Add(-2*time.Hour)), visit(ada(), now.Add(-3*time.Hour)), visit(bob(), now.Add(-4*time.Hour)), visit(bob(), now.Add(-5*time.Hour))
	all = []*Encounter{guest, one, two}
	for _, e := range slices.Concat(all, []*Encounter{gone}) {
		f.must(f.a.Enqueue(ctx, e))
	}
	waiting := orphan(now.Add(-20 * time.Minute))
	server := ServerAt("https://erased.example")
	f.must(f.a.Merge(ctx, two.Patient.ID, one.Patient.ID, "the same card"), f.PutInTray(ctx, waiting),
		f.KeepReceipts(ctx, server, []Receipt{{Kind: "Encounter", ID: gone.ID, Remote: "r-gone", Version: "1", Encounter: gone.ID}}))
	_, err := f.a.Erase(ctx, gone.Patient.ID, "asked for it")
	f.must(err)
	_, err = f.a.Refer(ctx, one, Referral{To: "Eye clinic"})
	f.must(err)
	keepCall(f.t, f.Visitor("kiosk-1"), helpCall())
	return all
}

// server is what is known of one: with the person, and of somebody it told of.
func (f *filling) server(e, guest *Encounter) {
	ctx := f.t.Context()
	server := ServerAt("https://fhir.example")
	entries, err := f.ClaimOutbox(ctx, 1)
	f.must(err)
	f.must(f.a.KeepServerSecret(ctx, []byte(tellSecret)), f.DelayOutbox(ctx, entries[0], now.Add(time.Minute), "the server does not answer"),
		f.KeepReceipts(ctx, server, []Receipt{
			{Kind: "Encounter", ID: e.ID, Remote: "r-1", Version: "1", Encounter: e.ID},
			{Kind: "Encounter", ID: guest.ID, Remote: "r-2", Version: "1", Encounter: guest.ID},
		}),
		f.SetServerState(ctx, server, ServerState{Why: "no answer", Next: now.Add(time.Minute), Failures: 1}),
		f.SetCursor(ctx, server, "people", "2026"))
	known := &Patient{ID: NewID(), Given: "Told", Family: "Ofthere", Created: now}
	f.must(f.Receive(ctx, server, known, 0, Received{Patient: known.ID, Remote: "p-9", Version: "1"}, nil, nil))
}
