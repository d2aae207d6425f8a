package takeaway

import (
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"aidpost/app/site"
	"aidpost/assets/words"
	"aidpost/records"
	"aidpost/records/staff"
	"aidpost/records/vitals"
	"aidpost/reports/cups"
	"aidpost/ui/kiosk"
)

// printer is a print service that does what the test says.
type printer struct {
	queue  cups.Queue
	err    error
	phases []cups.Phase
	page   cups.Page
}

func (p *printer) Queues(context.Context) ([]cups.Queue, error) {
	if p.err != nil {
		return nil, p.err
	}
	return []cups.Queue{p.queue}, nil
}

func (p *printer) Print(_ context.Context, _ string, page cups.Page) (cups.JobID, error) {
	p.page = page
	return "q-1", p.err
}

func (p *printer) Job(context.Context, cups.JobID) (cups.Job, error) {
	phase := p.phases[0]
	if len(p.phases) > 1 {
		p.phases = p.phases[1:]
	}
	return cups.Job{ID: "q-1", Phase: phase}, nil
}

func (p *printer) Cancel(context.Context, cups.JobID) error { return nil }

func summary(t *testing.T) kiosk.Summary {
	t.Helper()
	catalogue, err := words.Load()
	if err != nil {
		t.Fatal(err)
	}
	now := time.Now().UTC()
	return kiosk.Summary{Lang: catalogue.Lang("en"), Copy: 1, Encounter: &records.Encounter{
		ID: records.NewID(), Status: records.InProgress, Started: now, Zone: "UTC", Language: "en",
		Observations: []records.Observation{{
			ID: records.NewID(), Panel: vitals.Oximetry, State: records.Confirmed, Taken: now,
			Values: vitals.Values{{Measure: vitals.SpO2, Quantity: vitals.Of(97, vitals.Percent)}},
		}},
	}}
}

func counter(t *testing.T, p cups.Printer) *Counter {
	return &Counter{
		Profile: site.DefaultProfile, Zone: time.UTC, Spooler: p,
		Folder: filepath.Join(t.TempDir(), "not", "there", "yet"), Log: slog.New(slog.NewTextHandler(io.Discard, nil)),
		Note: func(context.Context, records.Deed) error { return nil },
		Seal: func(_ context.Context, of records.ID, paper []byte) ([]byte, error) { return sealed(paper), nil },
	}
}

// sealed stands for what the records make of a paper.
func sealed(paper []byte) []byte { return append([]byte("sealed "), paper[:8]...) }

// What cannot be put on record does not leave the kiosk.
func TestUnrecordedIsNotPrinted(t *testing.T) {
	full := errors.New("no room for the record")
	var noted []records.Deed
	p := &printer{queue: cups.Queue{Status: cups.Ready}}
	c := counter(t, p)
	c.Note = func(_ context.Context, d records.Deed) error {
		noted = append(noted, d)
		return full
	}
	s := summary(t)
	var last kiosk.PrintStatus
	c.Print(t.Context(), s, func(now kiosk.PrintStatus) { last = now })
	if last != kiosk.PrintFailed || p.page.PDF != nil {
		t.Errorf("printed: %s, %d bytes", last, len(p.page.PDF))
	}
	if _, err := c.Save(t.Context(), s); !errors.Is(err, full) {
		t.Errorf("saved: %v", err)
	}
	if found, err := os.ReadDir(c.Folder); err != nil || len(found) > 0 {
		t.Errorf("in the folder: %v, %v", found, err)
	}
	for i, as := range []string{"paper", "file"} {
		if i >= len(noted) {
			t.Fatalf("noted %+v", noted)
		}
		reason, found := strings.CutPrefix(noted[i].Reason, as+", code ")
		noted[i].Reason = ""
		if want := (records.Deed{Action: staff.PrintRecord, Object: s.Encounter.ID}); noted[i] != want || !found || len(reason) != len("0000-0000") {
			t.Fatalf("noted %+v, %q", noted[i], reason)
		}
	}
}

func TestPrinterTellsTheTruth(t *testing.T) {
	for _, tt := range []struct {
		status cups.Status
		err    error
		want   kiosk.PrintStatus
	}{
		{status: cups.Ready, want: kiosk.PrinterReady},
		{status: cups.OutOfPaper, want: kiosk.PrintOutOfPaper},
		{status: cups.Offline, want: kiosk.PrintOffline},
		{status: cups.Jam, want: kiosk.PrintStopped},
		{err: cups.ErrNotInstalled, want: kiosk.PrinterNone},
	} {
		c := counter(t, &printer{queue: cups.Queue{Name: "q", Default: true, Status: tt.status}, err: tt.err})
		if got := c.Printer(context.Background()); got != tt.want {
			t.Errorf("%v/%v: %s, want %s", tt.status, tt.err, got, tt.want)
		}
	}
}

func TestPrintEndsWithHowTheJobEnded(t *testing.T) {
	for phase, want := range map[cups.Phase]kiosk.PrintStatus{
		cups.Complete: kiosk.PrintDone, cups.Cancelled: kiosk.PrintCancelled, cups.Aborted: kiosk.PrintFailed,
	} {
		p := &printer{queue: cups.Queue{Name: "q", Default: true, Status: cups.Printing}, phases: []cups.Phase{phase}}
		var last kiosk.PrintStatus
		counter(t, p).Print(context.Background(), summary(t), func(s kiosk.PrintStatus) { last = s })
		if last != want {
			t.Errorf("%s: %s, want %s", phase, last, want)
		}
		if len(p.page.PDF) == 0 {
			t.Errorf("%s: an empty page was printed", phase)
		}
	}
}

func TestPrintWithoutAPrintService(t *testing.T) {
	var last kiosk.PrintStatus
	counter(t, &printer{err: cups.ErrNotInstalled}).Print(context.Background(), summary(t), func(s kiosk.PrintStatus) { last = s })
	if last != kiosk.PrinterNone {
		t.Errorf("%s, want %s", last, kiosk.PrinterNone)
	}
}

func TestSaveMakesItsFolderAndKeepsItPrivate(t *testing.T) {
	c := counter(t, &printer{})
	name, err := c.Save(context.Background(), summary(t))
	if err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(filepath.Join(c.Folder, name))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("file %v, %v", info, err)
	}
	if content, err := os.ReadFile(filepath.Join(c.Folder, name)); err != nil || !bytes.Equal(content, sealed([]byte("%PDF-1.3"))) {
		t.Errorf("file %q, %v", content, err)
	}
	c.Folder = "/dev/null/nowhere"
	if _, err := c.Save(context.Background(), summary(t)); err == nil || errors.Is(err, context.Canceled) {
		t.Errorf("saving into nowhere: %v", err)
	}
}

// TestGuestLeavesNothingOnDisk: what a guest was measured at, and with, stands
// on their paper and nowhere on the disk, in records that are not even sealed.
func TestGuestLeavesNothingOnDisk(t *testing.T) {
	folder, temp := t.TempDir(), t.TempDir()
	t.Setenv("TMPDIR", temp)
	store, err := records.Open(t.Context(), filepath.Join(folder, site.DatabaseName), records.Options{})
	if err != nil {
		t.Fatal(err)
	}
	const serial = "SERIAL-OF-THE-CANARY"
	s := summary(t)
	s.Forgotten = true
	s.Encounter.Observations[0].Origin.Device.Serial = serial
	p := &printer{queue: cups.Queue{Status: cups.Ready}, phases: []cups.Phase{cups.Complete}}
	c := counter(t, p)
	c.Note, c.Folder = store.Visitor("kiosk").Note, filepath.Join(folder, "summaries")
	c.Print(t.Context(), s, func(kiosk.PrintStatus) {})
	if len(p.page.PDF) == 0 {
		t.Fatal("nothing was printed")
	}
	search := func(text string) (found []string) {
		for _, root := range []string{folder, temp} {
			err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
				if err != nil || d.IsDir() {
					return err
				}
				content, err := os.ReadFile(path)
				if bytes.Contains(content, []byte(text)) || bytes.Contains(content, p.page.PDF) {
					found = append(found, path)
				}
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		return found
	}
	if found := search(serial); len(found) > 0 {
		t.Errorf("while the kiosk runs: %q", found)
	}
	// The search would find it: what is on record stands there in plain.
	if found := search(string(staff.PrintRecord)); len(found) == 0 {
		t.Error("the search finds nothing at all")
	}
	if err := store.Close(); err != nil {
		t.Fatal(err)
	}
	if found := search(serial); len(found) > 0 {
		t.Errorf("afterwards: %q", found)
	}
}
