package cli

import (
	"cmp"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"aidpost/app/site"
	"aidpost/instruments"
	"aidpost/instruments/catalogue"
	"aidpost/records"
)

// page is what a file system of the kernel's memory gives out at a time.
const page = 4096

// A writing is one thing that the program writes. It is tried on a disk with so
// little room that nothing can be written, then with a page more, and so on until
// it works.
type writing struct {
	args  []string      // of the command; DISK stands for where the disk is
	stdin string        // what is typed
	names []string      // what is there in the end, on the disk: whole, or not at all
	makes func(*tester) // what is there before, beside the records
	code  int           // of a command that failed, if it is not ExitFailed
	fewer bool          // visits are there in the end than before
	old   bool          // the records can be read only after it has worked
}

func writings(ada records.ID, reading, strayed records.ID) map[string]writing {
	return map[string]writing{
		"visit": {
			args:  []string{"visit", "--script", "-", "--simulate", "--speed", fast},
			stdin: "who Grace Hopper 1906-12-09\nconsent keep\nenter \"Nurse Okafor\" body-weight 72.5 kg\nexpect saved yes\n",
			code:  ExitUnexpected,
		},
		"amend":    {args: []string{"amend", string(reading), "--value", "spo2=95", "--reason", "wrong-value"}},
		"tray":     {args: []string{"tray", "give", string(strayed), "--to", string(ada), "--reason", "seen"}},
		"erase":    {args: []string{"erase", string(ada), "--reason", "asked for it"}, fewer: true},
		"backup":   {args: []string{"backup"}},
		"restore":  {args: []string{"restore"}},
		"salvage":  {args: []string{"restore", "--salvage", "DISK/damaged.db"}, makes: (*tester).damaged},
		"rotate":   {args: []string{"keys", "rotate"}},
		"migrate":  {args: []string{"keys", "init"}, makes: (*tester).oldest, old: true},
		"csv":      {args: []string{"export", "--out", "DISK/all.csv"}, names: []string{"all.csv"}},
		"ndjson":   {args: []string{"export", "--format", "ndjson", "--out", "DISK/all"}, names: []string{"all"}},
		"hl7":      {args: []string{"export", "--format", "hl7", "--out", "DISK/all.hl7"}, names: []string{"all.hl7"}},
		"person":   {args: []string{"person", string(ada), "--out", "DISK/ada"}, names: []string{"ada"}},
		"pdf":      {args: []string{"report", "person", "--patient", string(ada), "--out", "DISK/ada.pdf"}, names: []string{"ada.pdf"}},
		"audit":    {args: []string{"report", "audit", "--out", "DISK/audit.pdf"}, names: []string{"audit.pdf"}},
		"carry":    {args: []string{"carry", "out", "DISK/stick"}},
		"settings": {args: []string{"provision", "-", "--kiosk", "west"}, stdin: `{"name": "Corner Pharmacy", "emergency": "911"}`},
	}
}

// TestFullDisk tries everything that is written on a disk that is full at each
// size: the person at the terminal is told, everything that was there before is
// whole, nothing half has its name, and with room it works.
func TestFullDisk(t *testing.T) {
	stride := int64(8 * page)
	if os.Getenv("AIDPOST_EXHAUSTIVE") != "" {
		stride = page
	}
	d := newTester(t)
	for name, w := range writings(d.ada, d.reading, d.strayed) {
		t.Run(name, func(t *testing.T) {
			d := d.in(t)
			refused, worked := 0, 0
			for free := int64(0); worked < 3; free += stride {
				d.fresh(w)
				d.fill(free)
				if d.try(w, "full", "no room left") {
					worked++
				} else {
					refused++
				}
				if t.Failed() || free > 64<<20 {
					t.Fatalf("with %d bytes free", free)
				}
			}
			t.Logf("refused at %d sizes, %d bytes apart", refused, stride)
			if refused == 0 {
				t.Error("the disk was never full")
			}
		})
	}
}

// TestDiskThatCanOnlyBeRead tries the same where nothing can be written at all.
func TestDiskThatCanOnlyBeRead(t *testing.T) {
	d := newTester(t)
	for name, w := range writings(d.ada, d.reading, d.strayed) {
		t.Run(name, func(t *testing.T) {
			d := d.in(t)
			d.fresh(w)
			d.mount("-o", "remount,ro", d.disk)
			done := d.run(w)
			if done.code != ExitFailed || !strings.Contains(done.stderr, "cannot be written") && !strings.Contains(done.stderr, "can only be read") {
				t.Errorf("%+v", done)
			}
			d.mount("-o", "remount,rw", d.disk)
			d.whole(w, false)
			if done := d.run(w); done.code != ExitOK {
				t.Errorf("when it could be written: %+v", done)
			}
		})
	}
}

// TestCaptureOnAFullDisk: a session that is cut off does not have its name.
func TestCaptureOnAFullDisk(t *testing.T) {
	d := newTester(t)
	d.fill(page)
	var said strings.Builder
	c := &command{Env: Env{Stderr: &said, Now: time.Now}}
	path := filepath.Join(d.disk, "x.capture")
	err := c.captured(path, func(record recordFunc) error {
		near, _ := instruments.Pipe()
		port, done := record(instruments.Attached{Model: catalogue.Drivers()[0].Model()}, instruments.Job{}, near)
		for range 2 * page {
			port.SetModemLines(true, true)
		}
		done()
		return nil
	})
	if c.report(t.Context(), err) != ExitFailed || !strings.Contains(said.String(), "the disk is full") {
		t.Errorf("%v is told as %q", err, &said)
	}
	if left, err := filepath.Glob(filepath.Join(d.disk, "*.capture")); err != nil || !slices.Equal(left, []string{filepath.Join(d.disk, "x.part.capture")}) {
		t.Errorf("left %v, %v", left, err)
	}
}

// A tester has a small disk, and records to put on it.
type tester struct {
	*testing.T
	disk, filler string
	home         string
	base         string // what a disk begins with
	before       map[string]string
	ada          records.ID
	reading      records.ID
	strayed      records.ID
	visits       int
}

func newTester(t *testing.T) *tester {
	t.Helper()
	d := &tester{T: t, base: t.TempDir(), disk: t.TempDir(), home: homeOf(t)}
	d.mount("-t", "tmpfs", "-o", "size=64m", "tmpfs", d.disk)
	t.Cleanup(func() {
		if out, err := exec.Command("umount", d.disk).CombinedOutput(); err != nil {
			t.Errorf("umount: %v, %s", err, out)
		}
	})
	data, e := recorded(t)
	d.ada, d.reading, d.strayed = e.Patient.ID, e.Observations[0].ID, stray(t, data, 102)
	d.must("keys", "init", "--data", data)
	d.must("backup", "--data", data)
	office := filepath.Join(t.TempDir(), "office")
	card := filepath.Join(t.TempDir(), "card")
	if err := os.WriteFile(card, []byte(d.must("carry", "key", "--name", "Office", "--data", d.copied(data, office))), 0o600); err != nil {
		t.Fatal(err)
	}
	d.must("carry", "trust", "--key", card, "--office", "--data", data)
	d.copied(data, filepath.Join(d.base, "data"))
	d.visits = d.count(filepath.Join(d.base, "data"))
	return d
}

// in is the tester of a test of its own.
func (d *tester) in(t *testing.T) *tester {
	out := *d
	out.T = t
	return &out
}

func (d *tester) mount(args ...string) {
	d.Helper()
	if out, err := exec.Command("mount", args...).CombinedOutput(); err != nil {
		d.Skipf("cannot mount: %v, %s", err, out)
	}
}

func (d *tester) copied(from, to string) string {
	d.Helper()
	if err := os.CopyFS(to, os.DirFS(from)); err != nil {
		d.Fatal(err)
	}
	return to
}

// fresh puts what the disk begins with on it, and nothing else.
func (d *tester) fresh(w writing) {
	d.Helper()
	all, err := filepath.Glob(filepath.Join(d.disk, "*"))
	if err != nil {
		d.Fatal(err)
	}
	for _, path := range all {
		if err := os.RemoveAll(path); err != nil {
			d.Fatal(err)
		}
	}
	d.filler = ""
	if err := os.CopyFS(d.disk, os.DirFS(d.base)); err != nil {
		d.Fatal(err)
	}
	if w.makes != nil {
		w.makes(d)
	}
	d.before = d.files()
}

// fill leaves so many bytes free.
func (d *tester) fill(free int64) {
	d.Helper()
	var s unix.Statfs_t
	if err := unix.Statfs(d.disk, &s); err != nil {
		d.Fatal(err)
	}
	d.filler = filepath.Join(d.disk, "filler")
	if err := os.WriteFile(d.filler, make([]byte, int64(s.Bavail)*s.Bsize-free), 0o600); err != nil {
		d.Fatal(err)
	}
}

// try runs a writing where there may be no room, and again where there is.
func (d *tester) try(w writing, words ...string) (worked bool) {
	d.Helper()
	done := d.run(w)
	if err := os.Remove(d.filler); err != nil {
		d.Fatal(err)
	}
	worked = done.code == ExitOK
	if !worked {
		said := func(text string) bool { return strings.Contains(done.stderr, text) }
		if done.code != cmp.Or(w.code, ExitFailed) && done.code != ExitFailed || !slices.ContainsFunc(words, said) || strings.Count(done.stderr, "aidpost: ") != 1 {
			d.Errorf("it says: %+v", done)
		}
	}
	d.whole(w, worked)
	if worked {
		return true
	}
	if again := d.run(w); again.code != ExitOK {
		d.Errorf("with room: %+v, after %+v", again, done)
	}
	d.whole(w, true)
	return false
}

// whole makes sure that the records are, that everything that was acknowledged is
// in them, and that no file is there in part.
func (d *tester) whole(w writing, worked bool) {
	d.Helper()
	data := filepath.Join(d.disk, "data")
	after := d.files()
	for _, name := range w.names {
		if _, err := os.Stat(filepath.Join(d.disk, name)); (err == nil) != worked {
			d.Errorf("%s is there: %v; it worked: %v", name, err == nil, worked)
		}
	}
	for name := range after {
		if part := filepath.Ext(name); part == ".new" || part == ".part" || strings.Contains(name, ".saving-") {
			d.Errorf("%s was left", name)
		}
	}
	if settings := filepath.Join("data", site.ProfileName); !worked && after[settings] != d.before[settings] {
		d.Errorf("the settings are %s", after[settings])
	}
	if w.old && !worked {
		return
	}
	d.must("check", "--data", data)
	d.must("audit", "verify", "--data", data)
	if n := d.count(data); n < d.visits && !w.fewer {
		d.Errorf("%d visits, of %d", n, d.visits)
	}
	backups, err := filepath.Glob(filepath.Join(data, site.BackupFolder, "*.db"))
	if err != nil || len(backups) == 0 || w.fewer && worked && len(backups) > 1 { // which still have who was erased
		d.Errorf("backups %v, %v", backups, err)
	}
	for _, b := range backups {
		d.must("check", b, "--data", data)
	}
}

// files are the small files of the disk, and how large the others are.
func (d *tester) files() map[string]string {
	d.Helper()
	all := map[string]string{}
	err := filepath.WalkDir(d.disk, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		name, _ := filepath.Rel(d.disk, path)
		all[name] = string(text)
		if len(text) > page {
			all[name] = fmt.Sprint(len(text), " bytes")
		}
		return err
	})
	if err != nil {
		d.Fatal(err)
	}
	return all
}

func (d *tester) count(data string) int {
	d.Helper()
	return strings.Count(d.must("encounters", "--json", "--data", data), "\n")
}

func (d *tester) run(w writing) outcome {
	d.Helper()
	args := slices.Clone(w.args)
	for i, a := range args {
		args[i] = strings.Replace(a, "DISK", d.disk, 1)
	}
	return d.runs(w.stdin, append(args, "--data", filepath.Join(d.disk, "data"))...)
}

func (d *tester) runs(stdin string, args ...string) outcome {
	d.Helper()
	home := map[string]string{"HOME": d.home, "TZ": "UTC", "LANG": "C.UTF-8"}
	// A moment of its own, so that no backup has the name of one before.
	return runEnv(d.Context(), d.T, Env{
		Stdin: strings.NewReader(stdin), Getenv: func(name string) string { return home[name] }, Now: time.Now,
	}, args...)
}

func (d *tester) must(args ...string) string {
	d.Helper()
	done := d.runs("", args...)
	if done.code != ExitOK {
		d.Fatalf("%v: %+v", args, done)
	}
	return done.stdout
}

// damaged puts a database with a damaged page beside the records, which has a visit
// that they do not have.
func (d *tester) damaged() {
	d.Helper()
	newer := filepath.Join(d.disk, "newer")
	d.copied(filepath.Join(d.base, "data"), newer)
	script := "who Grace Hopper 1906-12-09\nconsent keep\nenter \"Nurse Okafor\" body-weight 80 kg\n"
	if done := d.runs(script, "visit", "--script", "-", "--simulate", "--speed", fast, "--data", newer); done.code != ExitOK {
		d.Fatalf("%+v", done)
	}
	text, err := os.ReadFile(filepath.Join(newer, site.DatabaseName))
	if err != nil {
		d.Fatal(err)
	}
	copy(text[page:2*page], make([]byte, page))
	if err := errors.Join(os.WriteFile(filepath.Join(d.disk, "damaged.db"), text, 0o600), os.RemoveAll(newer)); err != nil {
		d.Fatal(err)
	}
}

// oldest puts records of the first schema in the place of the others.
func (d *tester) oldest() {
	d.Helper()
	packed, err := os.Open("../../records/testdata/schema1.db.gz")
	if err != nil {
		d.Fatal(err)
	}
	defer packed.Close()
	z, err := gzip.NewReader(packed)
	if err != nil {
		d.Fatal(err)
	}
	text, err := io.ReadAll(z)
	if err == nil {
		err = os.WriteFile(filepath.Join(d.disk, "data", site.DatabaseName), text, 0o600)
	}
	if err != nil {
		d.Fatal(err)
	}
	d.visits = 2
}
