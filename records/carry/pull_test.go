package carry

import (
	"errors"
	"math/rand/v2"
	"os"
	"syscall"
	"testing"

	"aidpost/records"
)

// A weak stick lets a number of steps happen (each byte that is written, and each
// thing that is done to a file), and is gone.
type weak struct {
	left  int
	why   error // of what comes after
	steps int   // that happened
}

func (w *weak) step(n int) (int, error) {
	n = min(n, w.left)
	w.left -= n
	w.steps += n
	if w.left == 0 {
		return n, w.why
	}
	return n, nil
}

func (w *weak) stick(folder string) Stick {
	s := OnStick(folder)
	whole := s.files
	s.files = files{
		create: func(path string) (file, error) {
			if _, err := w.step(1); err != nil {
				return nil, err
			}
			f, err := whole.create(path)
			return weakFile{f, w}, err
		},
		rename: func(from, to string) error {
			if _, err := w.step(1); err != nil {
				return err
			}
			return whole.rename(from, to)
		},
		remove: func(path string) error {
			if _, err := w.step(1); err != nil && w.why == errGone {
				return err
			}
			return whole.remove(path)
		},
	}
	return s
}

type weakFile struct {
	file
	*weak
}

func (f weakFile) Write(p []byte) (int, error) {
	n, err := f.step(len(p))
	if _, failed := f.file.Write(p[:n]); failed != nil {
		return 0, failed
	}
	return n, err
}

func (f weakFile) Sync() error {
	if _, err := f.step(1); err != nil {
		return err
	}
	return f.file.Sync()
}

// errGone is what a system says of a disk that was taken out.
var errGone error = syscall.EIO

// TestPulled: the stick is pulled at 500 random points, while it is written in the
// field, at the office and while word is taken in. It is plugged in again and the
// rest goes on. Nothing is lost, and nothing is there twice.
func TestPulled(t *testing.T) {
	const pulls, visits = 500, 4
	r := rand.New(rand.NewPCG(8, 258))
	field, office := pair(t)
	server, folder := newServer(t), t.TempDir()
	var all []*records.Encounter
	total := measure(t)
	pulled := 0
	for pulled < pulls {
		if len(all) < visits*(1+pulled*3/pulls) {
			all = append(all, field.visit(person(len(all))))
		}
		for _, turn := range []func(Stick) error{
			func(s Stick) error { _, err := field.c.Out(t.Context(), s); return err },
			func(s Stick) error { _, err := office.c.In(t.Context(), s); return err },
			func(s Stick) error { _, err := field.c.In(t.Context(), s); return err },
		} {
			w := &weak{left: 1 + r.IntN(total), why: errGone}
			err := turn(w.stick(folder))
			switch {
			case err == nil:
			case errors.Is(err, ErrPulled):
				pulled++
			default:
				t.Fatal(err)
			}
		}
	}
	whole := OnStick(folder)
	for range 2 {
		field.out(whole)
		office.in(whole)
		field.in(whole)
		office.send(server)
	}
	if n := office.count(); n != len(all) {
		t.Errorf("%d visits at the office, %d in the field", n, len(all))
	}
	for _, e := range all {
		office.expect(field, e)
	}
	office.expectOn(server, all...)
	if s := field.stats(); s.Done != len(all) || s.Pending+s.Carried+s.Dead != 0 {
		t.Errorf("in the field: %+v", s)
	}
	entries, err := os.ReadDir(folder)
	if err != nil || len(entries) > 1 { // word of what the laptop has heard by now may stay
		t.Errorf("the stick still has %v, %v", entries, err)
	}
	t.Logf("pulled %d times, %d visits", pulled, len(all))
}

// measure is about how many steps it takes to write one letter.
func measure(t *testing.T) int {
	field, _ := pair(t)
	field.visit(person(1))
	w := &weak{left: 1 << 30, why: errGone}
	field.out(w.stick(t.TempDir()))
	return 2 * w.steps
}

// TestNoRoom: a full stick says so, keeps what is whole, and the rest goes onto
// another one.
func TestNoRoom(t *testing.T) {
	field, office := pair(t)
	for i := range visitsEach + 10 {
		field.visit(person(i))
	}
	probe := &weak{left: 1 << 30}
	field.out(probe.stick(t.TempDir()))
	full := &weak{left: probe.steps - 100, why: syscall.ENOSPC}
	small, large := full.stick(t.TempDir()), OnStick(t.TempDir())
	r, err := field.c.Out(t.Context(), small)
	if !errors.Is(err, ErrRoom) || r.Letters != 1 || r.Visits != visitsEach {
		t.Fatalf("%+v, %v", r, err)
	}
	if entries, _ := os.ReadDir(small.folder); len(entries) != 1 {
		t.Errorf("the stick has %v", entries)
	}
	full.left, full.why = 1<<30, nil
	if r := office.in(small); r.New != visitsEach {
		t.Errorf("%+v", r)
	}
	field.in(small)
	if r := field.out(large); r.Visits != 10 {
		t.Errorf("%+v", r)
	}
	if r := office.in(large); r.New != 10 || office.count() != visitsEach+10 {
		t.Errorf("%+v", r)
	}
}

// TestReadOnly: a stick that cannot be written says so.
func TestReadOnly(t *testing.T) {
	field, _ := pair(t)
	field.visit(person(1))
	w := &weak{left: 1, why: syscall.EROFS}
	if _, err := field.c.Out(t.Context(), w.stick(t.TempDir())); !errors.Is(err, ErrReadOnly) {
		t.Error(err)
	}
}

// TestDamagedOnStick: a letter that went bad on the stick is refused at the office
// and written anew in the field.
func TestDamagedOnStick(t *testing.T) {
	field, office := pair(t)
	stick := OnStick(t.TempDir())
	field.visit(person(1))
	field.out(stick)
	letters, _ := stick.letters()
	path := stick.folder + "/" + letters[0].String()
	if err := os.Truncate(path, 300); err != nil {
		t.Fatal(err)
	}
	if r := office.in(stick); r.New != 0 || len(r.Refused) != 1 || r.Refused[0].Why != ErrDamaged.Error() {
		t.Errorf("%+v", r)
	}
	if r := field.out(stick); r.Visits != 1 {
		t.Errorf("%+v", r)
	}
	if r := office.in(stick); r.New != 1 || len(r.Refused) != 0 {
		t.Errorf("%+v", r)
	}
}
