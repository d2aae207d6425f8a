package records

import (
	"bytes"
	"errors"
	"os"
	"testing"
	"time"

	"aidpost/records/staff"
)

// namesakes are two people whom name and birth date do not tell apart, as twins
// may be, with a visit each.
func namesakes(t *testing.T, d *desk) (q Search, first, second ID) {
	t.Helper()
	for range 2 {
		p := ada()
		p.ID, p.Identifiers = NewID(), nil
		save(t, d.Store, visit(p, now.Add(-time.Hour)))
		q, first, second = Search{Given: p.Given, Family: p.Family, Birth: p.BirthDate}, second, p.ID
	}
	return q, first, second
}

const (
	onePIN   = "483920"
	otherPIN = "719364"
	wrongPIN = "550281"
)

// Who has chosen a PIN is told to nobody without it: not by name, not by card, and
// not to the other twin. Each of the two finds themselves by their own.
func TestPINTellsNamesakesApart(t *testing.T) {
	d := newDesk(t)
	q, first, second := namesakes(t, d)
	kiosk := d.Visitor("kiosk-1")
	if _, err := kiosk.Recognise(t.Context(), q); !errors.Is(err, ErrSeveral) {
		t.Fatalf("before a PIN: %v", err)
	}
	if err := kiosk.ChoosePIN(t.Context(), first, onePIN, time.Time{}); err != nil {
		t.Fatal(err)
	}
	if p, err := kiosk.Recognise(t.Context(), q); p.Patient != nil || !errors.Is(err, ErrNeedsPIN) {
		t.Fatalf("one has a PIN: %v, %v", p, err)
	}
	if p, err := kiosk.RecogniseWithoutPIN(t.Context(), q); err != nil || p.Patient.ID != second {
		t.Errorf("without a PIN: %v, %v, want the other", p, err)
	}
	if err := kiosk.ChoosePIN(t.Context(), second, otherPIN, time.Time{}); err != nil {
		t.Fatal(err)
	}
	for pin, want := range map[string]ID{onePIN: first, otherPIN: second} {
		if p, err := kiosk.RecogniseByPIN(t.Context(), q, pin); err != nil || p.Patient.ID != want {
			t.Errorf("by PIN: %v, %v, want %s", p, err, want)
		}
	}
	for name, look := range map[string]func() (Recognised, error){
		"a wrong PIN":   func() (Recognised, error) { return kiosk.RecogniseByPIN(t.Context(), q, wrongPIN) },
		"none":          func() (Recognised, error) { return kiosk.RecogniseByPIN(t.Context(), q, "") },
		"without a PIN": func() (Recognised, error) { return kiosk.RecogniseWithoutPIN(t.Context(), q) },
	} {
		if p, err := look(); p.Patient != nil || !errors.Is(err, ErrWrongPIN) && !errors.Is(err, ErrNotFound) {
			t.Errorf("%s: %v, %v", name, p, err)
		}
	}
}

func TestPINIsChosenOnceAndWell(t *testing.T) {
	d := newDesk(t)
	_, first, _ := namesakes(t, d)
	kiosk := d.Visitor("kiosk-1")
	if err := kiosk.ChoosePIN(t.Context(), first, "123456", time.Time{}); !errors.Is(err, staff.ErrWeakPIN) {
		t.Errorf("a weak PIN: %v", err)
	}
	if err := kiosk.ChoosePIN(t.Context(), NewID(), onePIN, time.Time{}); !errors.Is(err, ErrNotFound) {
		t.Errorf("of nobody: %v", err)
	}
	if err := kiosk.ChoosePIN(t.Context(), first, onePIN, time.Time{}); err != nil {
		t.Fatal(err)
	}
	if err := kiosk.ChoosePIN(t.Context(), first, otherPIN, time.Time{}); !errors.Is(err, ErrHasPIN) {
		t.Errorf("another one: %v", err)
	}
	if err := kiosk.RemovePIN(t.Context(), first); !errors.Is(err, staff.ErrDenied) {
		t.Errorf("removed at the kiosk: %v", err)
	}
	if err := d.signIn(t, staff.Operator).RemovePIN(t.Context(), first); err != nil {
		t.Errorf("removed by staff: %v", err)
	}
	if has, err := kiosk.HasPIN(t.Context(), first); err != nil || has {
		t.Errorf("after it was removed: %t, %v", has, err)
	}
}

// Guessing becomes slow, then ends until staff help, also if the program is
// started again in between and if the right one comes.
func TestGuessingAPINIsSlow(t *testing.T) {
	d := newDesk(t)
	p := ada()
	save(t, d.Store, visit(p, now.Add(-time.Hour)))
	q, kiosk := Search{Identifier: p.Identifiers[0]}, d.Visitor("kiosk-1")
	if err := kiosk.ChoosePIN(t.Context(), p.ID, onePIN, time.Time{}); err != nil {
		t.Fatal(err)
	}
	guess := func(pin string) time.Duration {
		t.Helper()
		_, err := kiosk.RecogniseByPIN(t.Context(), q, pin)
		var locked *LockedError
		if errors.As(err, &locked) {
			return max(locked.Wait, 1)
		}
		if !errors.Is(err, ErrWrongPIN) && err != nil {
			t.Fatal(err)
		}
		return 0
	}
	judged, began := 0, d.uptime
	for judged < 15 {
		if wait := guess(wrongPIN); wait > 0 {
			if guess(onePIN) == 0 {
				t.Fatal("the right PIN was judged while it must wait")
			}
			d.uptime += wait
			continue
		}
		judged++
	}
	if took := d.uptime - began; took < 4*time.Hour {
		t.Errorf("15 guesses took %v", took)
	}
	d.uptime += 24 * time.Hour
	if guess(onePIN) == 0 {
		t.Error("a PIN can be used after 15 wrong guesses")
	}
}

// A PIN goes with the person: into the survivor of a merge, and away for good. It
// is nowhere in the file.
func TestPINGoesWithThePerson(t *testing.T) {
	d := newDesk(t)
	q, first, second := namesakes(t, d)
	kiosk := d.Visitor("kiosk-1")
	if err := kiosk.ChoosePIN(t.Context(), first, onePIN, time.Time{}); err != nil {
		t.Fatal(err)
	}
	if err := d.Merge(t.Context(), first, second, "the same"); err != nil {
		t.Fatal(err)
	}
	if p, err := kiosk.Recognise(t.Context(), q); p.Patient != nil || !errors.Is(err, ErrNeedsPIN) {
		t.Errorf("after the merge: %v, %v", p, err)
	}
	if p, err := kiosk.RecogniseByPIN(t.Context(), q, onePIN); err != nil || p.Patient.ID != second {
		t.Errorf("after the merge, by PIN: %v, %v", p, err)
	}
	if content, err := os.ReadFile(d.path); err != nil || bytes.Contains(content, []byte(onePIN)) || bytes.Contains(content, []byte("argon2id")) {
		t.Errorf("the file holds the PIN or its verifier (%v)", err)
	}
	if _, err := d.Erase(t.Context(), second, "asked for it"); err != nil {
		t.Fatal(err)
	}
	left := 0
	err := d.read(t.Context(), func(r *reader) error {
		return r.QueryRowContext(r.ctx, "SELECT count(*) FROM secret WHERE name LIKE 'pin-_%' AND name != ?", guessesName).Scan(&left)
	})
	if err != nil || left != 0 {
		t.Errorf("%d PINs are left of who was erased, %v", left, err)
	}
}
