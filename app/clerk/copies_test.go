package clerk

import (
	"context"
	"errors"
	"strings"
	"testing"

	"aidpost/records"
	"aidpost/reports/cups"
)

// A tray is a print service that prints, or does not.
type tray struct {
	phase cups.Phase
	pages int
}

func (t *tray) Queues(context.Context) ([]cups.Queue, error) {
	return []cups.Queue{{Name: "office", Default: true, Status: cups.Ready}}, nil
}

func (t *tray) Print(context.Context, string, cups.Page) (cups.JobID, error) {
	t.pages++
	return "office-1", nil
}

func (t *tray) Job(context.Context, cups.JobID) (cups.Job, error) {
	return cups.Job{ID: "office-1", Phase: t.phase}, nil
}

func (t *tray) Cancel(context.Context, cups.JobID) error { return nil }

// TestCopies: whatever paper is printed a second time with the same content is a copy,
// for a reason that stands on record. What did not come out does not count, and the
// paper of other numbers is no copy.
func TestCopies(t *testing.T) {
	c := newClinic(t, 1, 2)
	clerk := c.in(t, c.Console("root", "kiosk-1"))
	for _, k := range []Kind{Visit, Person, Trend, Referral, Days, Quality, Instruments, Activity} {
		on := &tray{phase: cups.Aborted}
		o := c.order(k)
		printed := func(again string) error {
			o.Again = again
			return clerk.Print(t.Context(), on, o, func(cups.Progress) {})
		}
		if _, failed := errors.AsType[*JobError](printed("")); !failed {
			t.Fatalf("%s: a print that fails", k)
		}
		on.phase = cups.Complete
		if err := printed(""); err != nil {
			t.Errorf("%s: after one that failed: %v", k, err)
		}
		if err := printed(""); !errors.Is(err, ErrPrinted) || on.pages != 2 {
			t.Errorf("%s: printed again without a reason: %v, %d pages", k, err, on.pages)
		}
		for _, n := range []string{"copy 2", "copy 3"} {
			if err := printed("the first got wet"); err != nil {
				t.Errorf("%s: %s: %v", k, n, err)
			}
			if last := lastDeed(t, c, k); !strings.Contains(last, ", code ") || !strings.HasSuffix(last, n+": the first got wet") {
				t.Errorf("%s: on record is %q, want %s", k, last, n)
			}
		}
	}
}

// TestNewNumbersAreNoCopy: after another visit the papers of a person are new ones.
func TestNewNumbersAreNoCopy(t *testing.T) {
	c := newClinic(t, 1, 2)
	clerk := c.in(t, c.Console("root", "kiosk-1"))
	on := &tray{phase: cups.Complete}
	for n := range 2 {
		for _, k := range []Kind{Person, Trend} {
			if err := clerk.Print(t.Context(), on, c.order(k), func(cups.Progress) {}); err != nil {
				t.Errorf("%s: %v", k, err)
			}
		}
		c.came(t, &records.Patient{ID: c.people[0], Given: "Amina 0", Family: "Okafor", BirthDate: records.Date{Year: 1950, Month: 3, Day: 9}}, now.AddDate(0, 0, -9-n), 31)
	}
}

// lastDeed is why the newest paper of a kind was printed, as it stands on record.
func lastDeed(t *testing.T, c *clinic, k Kind) (why string) {
	t.Helper()
	err := c.Console("root", "kiosk-1").Audit(t.Context(), records.AuditFilter{}, func(e records.AuditEntry) error {
		if why == "" && strings.HasPrefix(e.Reason, noted(k, paper)+",") {
			why = e.Reason
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return why
}
