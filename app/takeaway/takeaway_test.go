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

	"aidpost/app/clerk"
	"aidpost/app/site"
	"aidpost/assets/words"
	"aidpost/records"
	"aidpost/records/signing"
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

// TestGuestLeavesNothingOnDisk: what a guest was measured at, and with, stands on
// their paper and nowhere on the disk, whichever way they take it along, in records
// that are not even sealed: while the kiosk runs, as if it were killed, and afterwards.
func TestGuestLeavesNothingOnDisk(t *testing.T) {
	on := func(paper string) func(*Counter, *guest) {
		return func(c *Counter, g *guest) {
			profile := site.DefaultProfile()
			profile.Printers = map[string]site.Printer{"default": {Paper: paper}}
			c.Profile = func() site.Profile { return profile }
			c.Print(g.t.Context(), g.summary, func(kiosk.PrintStatus) {})
			if len(g.printer.page.PDF) == 0 {
				g.t.Error("nothing was printed")
			}
		}
	}
	for name, way := range map[string]func(*Counter, *guest){
		"paper": on("a4"), "roll": on("receipt"),
		"nothing": func(*Counter, *guest) {},
		"jam": func(c *Counter, g *guest) {
			g.printer.phases = []cups.Phase{cups.Aborted}
			on("a4")(c, g)
		},
		"code": func(c *Counter, g *guest) {
			key, err := signing.NewKey(bytes.Repeat([]byte{3}, signing.SeedSize))
			if err != nil {
				g.t.Fatal(err)
			}
			c.Signer = func(context.Context) (clerk.Signer, error) { return clerk.Signer{Key: &key, Place: "Here"}, nil }
			if code, err := c.Code(g.t.Context(), g.summary); err != nil || len(code.Dark) == 0 {
				g.t.Errorf("%v", err)
			}
		},
		"file": func(c *Counter, g *guest) {
			if _, err := c.Save(g.t.Context(), g.summary); err != nil {
				g.t.Error(err)
			}
		},
		"help": func(c *Counter, g *guest) {
			call := records.Call{ID: records.NewID(), Why: records.CallEmergency, Opened: time.Now().UTC(), Since: time.Now().UTC(), Level: 1}
			if err := g.store.Visitor("kiosk").KeepCall(g.t.Context(), call, records.Deed{Action: staff.CallHelp, Object: call.ID, Reason: "called"}); err != nil {
				g.t.Error(err)
			}
		},
	} {
		t.Run(name, func(t *testing.T) { newGuest(t).leaves(way) })
	}
}

// A guest is one at a kiosk with records that everybody can read.
type guest struct {
	t       *testing.T
	folder  string
	temp    string
	store   *records.Store
	printer *printer
	summary kiosk.Summary
}

const (
	guestSerial = "SERIAL-OF-THE-CANARY"
	guestMethod = "as only a canary is measured"
)

func newGuest(t *testing.T) *guest {
	t.Helper()
	g := &guest{t: t, folder: t.TempDir(), temp: t.TempDir(), summary: summary(t)}
	t.Setenv("TMPDIR", g.temp)
	var err error
	if g.store, err = records.Open(t.Context(), filepath.Join(g.folder, site.DatabaseName), records.Options{}); err != nil {
		t.Fatal(err)
	}
	g.summary.Forgotten = true
	o := &g.summary.Encounter.Observations[0]
	o.Origin.Device.Serial, o.Method = guestSerial, guestMethod
	g.printer = &printer{queue: cups.Queue{Status: cups.Ready}, phases: []cups.Phase{cups.Complete}}
	return g
}

// leaves goes one way and looks at what it leaves.
func (g *guest) leaves(way func(*Counter, *guest)) {
	t, visitor := g.t, g.store.Visitor("kiosk")
	c := counter(t, g.printer)
	c.Note, c.Seal, c.Folder = visitor.Note, visitor.SealSummary, filepath.Join(g.folder, site.SummaryFolder)
	way(c, g)
	g.check("while the kiosk runs")
	if err := g.store.Close(); err != nil {
		t.Fatal(err)
	}
	g.check("afterwards")
	var err error
	if g.store, err = records.Open(t.Context(), filepath.Join(g.folder, site.DatabaseName), records.Options{}); err != nil {
		t.Fatal(err)
	}
	defer g.store.Close()
	// Whatever had a key of its own loses it with its time.
	if _, err := site.TidySummaries(t.Context(), g.store, c.Folder, 1, time.Now().AddDate(0, 0, 2)); err != nil {
		t.Fatal(err)
	}
	keys, err := g.store.Summaries(t.Context())
	if left, _ := site.SavedSummaries(c.Folder); err != nil || len(keys) > 0 || len(left) > 0 {
		t.Errorf("left after its time: %v, %v, %v", keys, left, err)
	}
}

// check searches every file, and then makes sure that it would have found something.
func (g *guest) check(when string) {
	g.t.Helper()
	for _, secret := range [][]byte{[]byte(guestSerial), []byte(guestMethod), []byte("%PDF-"), g.printer.page.PDF} {
		if len(secret) == 0 {
			continue
		}
		if found := g.search(secret); len(found) > 0 {
			g.t.Errorf("%s, %.20q is in %q", when, secret, found)
		}
	}
	if found := g.search([]byte("CREATE TABLE audit")); len(found) == 0 {
		g.t.Error("the search finds nothing at all")
	}
}

func (g *guest) search(what []byte) (found []string) {
	for _, root := range []string{g.folder, g.temp} {
		err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			content, err := os.ReadFile(path)
			if bytes.Contains(content, what) {
				found = append(found, path)
			}
			return err
		})
		if err != nil {
			g.t.Fatal(err)
		}
	}
	return found
}
