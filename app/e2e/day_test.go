//go:build e2e && linux

package e2e

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"image"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"aidpost/ui/kit"
)

// The settings of the day's kiosk: one screen for patients and staff, no rest and
// one reading where a real one takes half an hour a person, and a meter that the
// place lends.
const (
	daySite = `{
  "version": 1, "name": "Corner Pharmacy", "location": "Waiting area", "emergency": "112",
  "screen": {"shared": true, "askSeconds": 300},
  "protocol": "day.json",
  "sharing": {"meters": ["onetouch-ultra2"], "approvedBy": "Dr. A. Example"},
  "cleaning": [{"instrument": "onetouch-ultra2", "with": "Super Sani-Cloth", "wetSeconds": 0}]
}`
	dayProtocol = `{
  "id": "day", "title": "One reading, for a test", "rest": "0s", "readings": 1, "interval": "1s", "maxInflations": 5,
  "useLast": 1, "spreadLimit": {"value": "10", "unit": "mm[Hg]"}, "bothArms": false, "source": "for a test"
}`
)

// A twin is a simulated instrument on a port, which is a link to its terminal.
type twin struct {
	t       *testing.T
	program string
	model   string
	port    string
	speed   int
	run     *exec.Cmd
}

// plug starts the instrument and puts its cable into the port.
func (w *twin) plug() {
	w.t.Helper()
	w.run = exec.Command(w.program, "simulate", w.model, "--speed", strconv.Itoa(w.speed), "--zone", "UTC")
	out, err := w.run.StdoutPipe()
	if err != nil {
		w.t.Fatal(err)
	}
	if err := w.run.Start(); err != nil {
		w.t.Fatal(err)
	}
	path, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		w.t.Fatalf("simulating %s: %v", w.model, err)
	}
	_ = os.Remove(w.port)
	if err := os.Symlink(strings.TrimSpace(path), w.port); err != nil {
		w.t.Fatal(err)
	}
}

// pull pulls the cable.
func (w *twin) pull() {
	w.t.Helper()
	_ = os.Remove(w.port)
	_ = w.run.Process.Kill()
	_ = w.run.Wait()
}

// A colleague is a member of staff.
type colleague struct{ name, role, badge, first, pin string }

// dayStaff are the administrator, who makes the others' accounts, and those.
var dayStaff = []colleague{
	{"Amina Haddad", "administrator", "amina-2041", "", deskPIN},
	{"Bo Lindqvist", "supervisor", "bo-3077", "917264", "480913"},
}

// A guest is a person of the day.
type patient struct {
	given, family, born, card string
}

func dayPatient(i int) patient {
	given := []string{"Fatima", "Nyota", "Kwame", "Jonas", "Priya", "Marek", "Ines", "Tomas"}
	family := []string{"Mwangi", "Mensah", "Berger", "Okafor", "Novak", "Silva", "Kowalski", "Rahman", "Olsen"}
	return patient{
		given: given[i%len(given)], family: family[i%len(family)],
		born: fmt.Sprintf("%02d%02d%d", 1+i%28, 1+i%12, 1940+i), card: fmt.Sprint(10000 + 37*i),
	}
}

// A day is the kiosk of a test with what is around it.
type day struct {
	hand
	program, data string
	tray          tray
	twins         map[string]*twin
	stop          func() // of the kiosk
	printed       int    // papers that came out so far
	faults        int    // that were got over
	in            bool   // staff have the screen
}

// openDay starts the kiosk with its instruments and its print queue.
func openDay(t *testing.T) *day {
	t.Helper()
	dir := t.TempDir()
	d := &day{program: filepath.Join(dir, "aidpost"), data: filepath.Join(dir, "data"), tray: newTray(t), twins: map[string]*twin{}}
	if built := os.Getenv("AIDPOST_PROGRAM"); built != "" { // it need not be built anew
		d.program = built
	} else {
		run(t, nil, "go", "build", "-o", d.program, "aidpost/app")
	}
	if err := os.MkdirAll(d.data, 0o700); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{"site.json": daySite, "day.json": dayProtocol} {
		if err := os.WriteFile(filepath.Join(d.data, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	screen := startScreenOf(t, "1366x768")
	d.hand = hand{typist{t: t, display: screen.display, key: 70 * time.Millisecond, rest: 250 * time.Millisecond}, screen, shotsFolder(t)}
	args := []string{"--data", d.data, "--lang", "en", "--zone", "UTC"}
	for model, speed := range map[string]int{"suntech-advantage": 4, "contec-cms50d-plus": 8, "onetouch-ultra2": 4} {
		w := &twin{t: t, program: d.program, model: model, port: filepath.Join(dir, model), speed: speed}
		w.plug()
		t.Cleanup(w.pull)
		d.twins[model] = w
		args = append(args, "--port", w.port+"="+model)
	}
	for _, v := range d.tray.env() {
		name, value, _ := strings.Cut(v, "=")
		t.Setenv(name, value)
	}
	kiosk, logged := start(t, screen.display, d.data, d.program, args...)
	logged("window open", 1)
	logged("instrument recognised", len(d.twins))
	d.stop = func() {
		t.Helper()
		if err := kiosk.Process.Signal(syscall.SIGTERM); err != nil {
			t.Fatal(err)
		}
		if err := kiosk.Wait(); err != nil {
			t.Errorf("the kiosk ended with %v", err)
		}
	}
	return d
}

// start is the button of the patients' first screen, which nobody can overlook.
var beginning = find{"the start button", kit.ColorAction, true, image.Pt(300, 150)}

// atStart reports whether patients have the screen, and nobody is there.
func atStart(v view) bool { return len(beginning.in(v)) == 1 }

// atDesk reports whether somebody works: the pages of staff have a column of their
// own.
func atDesk(v view) bool { return v.exactly(2, 2, kit.ColorSurface) }

// takesScreen asks for the patients' screen.
func (d *day) takesScreen() {
	d.t.Helper()
	d.until("the patients' first screen", atStart)
	d.does("asking for the screen", func() {
		d.corner("6", "6")
		d.corner("1359", "761")
	})
}

// letIn waits until somebody works.
func (d *day) letIn() {
	d.t.Helper()
	d.until("the desk", atDesk)
	d.in = true
}

// setsUp makes the administrator's account behind the hidden gesture, and those of
// the others at the command line; each chooses a PIN of their own.
func (d *day) setsUp() {
	d.t.Helper()
	admin := dayStaff[0]
	d.until("the patients' first screen", atStart)
	d.shot("01-start")
	d.takesScreen()
	d.shot("02-first-account")
	d.types(admin.name)
	d.types(admin.badge)
	d.types(admin.pin)
	d.types(admin.pin)
	d.letIn()
	d.still()
	d.shot("03-first-day")
	for _, c := range dayStaff[1:] {
		d.asked("staff", "add", "--name", c.name, "--role", c.role).with(c.badge, c.first)
		d.leaves()
		d.takesScreen()
		d.scans(c.badge)
		door := d.view()
		d.types(c.first)
		d.until("that another PIN is needed", func(v view) bool { return len(mainButton.in(v)) == 1 && v.differs(door) > turned })
		d.still()
		d.shot("04-own-pin")
		d.types(c.pin)
		d.types(c.pin)
		d.letIn()
	}
}

// An ask is a verb of the command line in the hands of the administrator.
type ask struct {
	d    *day
	args []string
}

func (d *day) asked(args ...string) ask { return ask{d, args} }

// with runs it with more lines to read, and returns what it says.
func (a ask) with(lines ...string) []byte {
	a.d.t.Helper()
	c := exec.Command(a.d.program, append(a.args, "--data", a.d.data)...)
	c.Env = append(os.Environ(), keyOf(a.d.data))
	c.Stdin = strings.NewReader(strings.Join(append([]string{dayStaff[0].badge, dayStaff[0].pin}, lines...), "\n") + "\n")
	var trouble bytes.Buffer
	c.Stderr = &trouble
	out, err := c.Output()
	if err != nil {
		a.d.t.Fatalf("aidpost %s: %v\n%s", strings.Join(a.args, " "), err, &trouble)
	}
	return out
}

// comes has a member of staff sign in at the patients' screen.
func (d *day) comes(c colleague) {
	d.t.Helper()
	if d.in {
		return
	}
	d.takesScreen()
	d.types(c.pin) // the screen is covered for them
	d.letIn()
}

// leaves gives the screen back to the patients.
func (d *day) leaves() {
	d.t.Helper()
	if !d.in {
		return
	}
	d.press("ctrl+l")
	d.until("the patients' first screen", atStart)
	d.in = false
}

// TestDay is a working day at a kiosk with one screen.
func TestDay(t *testing.T) {
	need(t, "Xvfb", "xdotool")
	if os.Getenv("AIDPOST_PEOPLE") == "" {
		t.Skip("AIDPOST_PEOPLE says how many people come; see make day")
	}
	began := time.Now()
	d := openDay(t)
	d.setsUp()
	rounds := dayRounds(t)
	for r := range rounds {
		d.comes(dayStaff[1])
		d.round(r, rounds)
		d.leaves()
		d.alone(dayPatient(6*r+1), r%2 == 0, r == 0)
		t.Logf("after round %d: %v", r+1, time.Since(began).Round(time.Second))
	}
	d.comes(dayStaff[1])
	d.printsDay()
	d.leaves()
	d.stop()
	d.checks(6 * rounds)
	t.Logf("%d people, %d papers, %d faults in %v", 6*rounds, d.printed, d.faults, time.Since(began).Round(time.Second))
}

// dayRounds is how many times six people come.
func dayRounds(t *testing.T) int {
	people := os.Getenv("AIDPOST_PEOPLE")
	n, err := strconv.Atoi(people)
	if err != nil || n < 6 {
		t.Fatalf("AIDPOST_PEOPLE=%q: want a number from 6 on", people)
	}
	return n / 6
}

// checks looks whether everything of the day is on record: each visit finished and
// with what was measured, each paper, and a whole audit trail.
func (d *day) checks(people int) {
	d.t.Helper()
	var visits []struct {
		Status  string
		Patient *struct{ Identifiers []any }
		Panels  []string
	}
	list := d.asked("encounters", "--json").with()
	if err := json.Unmarshal(list, &visits); err != nil {
		d.t.Fatalf("no JSON: %v\n%s", err, list)
	}
	if len(visits) != people {
		d.t.Errorf("%d visits are on record, want %d", len(visits), people)
	}
	for _, v := range visits {
		if v.Status != "finished" || v.Patient == nil || len(v.Patient.Identifiers) == 0 || len(v.Panels) == 0 {
			d.t.Errorf("a visit is not whole: %+v", v)
		}
	}
	d.asked("check").with()
	d.asked("audit", "verify").with()
	seen := map[string]int{}
	for line := range bytes.Lines(d.asked("audit", "list", "--json").with()) {
		var e struct{ Action, Outcome string }
		if err := json.Unmarshal(line, &e); err != nil {
			d.t.Fatalf("no JSON: %v\n%s", err, line)
		}
		seen[strings.TrimSpace(e.Action+" "+e.Outcome)]++
	}
	d.t.Logf("the trail: %v", seen)
	for action, want := range map[string]int{"record.print": d.printed, "critical.tell": 1, "observation.amend": 1, "quality.clean": people / 6} {
		if seen[action] < want {
			d.t.Errorf("%d times %s in the trail, want %d", seen[action], action, want)
		}
	}
	if n := len(d.tray.papers(d.t)); n != d.printed {
		d.t.Errorf("%d papers came out, want %d", n, d.printed)
	}
	if d.faults != 2 {
		d.t.Errorf("%d faults were got over, want 2", d.faults)
	}
}

// registers writes somebody down and puts them on today's list.
func (d *day) registers(p patient) {
	d.t.Helper()
	d.does("opening the form", func() { d.press("ctrl+n") })
	d.types(p.given)
	d.types(p.family)
	d.types(p.born)
	if p.card != "" {
		d.scans(p.card)
	}
	d.do(append([]string{"key", "--delay", "60"}, strings.Fields(strings.Repeat("Tab ", 8))...)...)
	d.press("space")
}

// saves puts who was written down on today's list.
func (d *day) saves() {
	d.t.Helper()
	d.tap(mainButton, -1)
}

// opens finds somebody by the card and opens their page.
func (d *day) opens(p patient) {
	d.t.Helper()
	d.does("finding "+p.card, func() { d.scans(p.card) })
	d.until("a row that is found", func(v view) bool { return len(mainButton.in(v)) > 0 })
	d.does("opening "+p.card, func() { d.press("Return") })
}

// begins opens the page for measuring, from the page of a person.
func (d *day) begins() {
	d.t.Helper()
	d.tap(mainButton, -1)
	d.until("what can be measured", func(v view) bool { return len(mainButton.in(v)) >= 3 && len(otherButton.in(v)) >= 5 })
}

// starts takes the nth of the instruments that are offered and starts it.
func (d *day) starts(n int) {
	d.t.Helper()
	d.tap(mainButton, n)
	d.until("one button that starts", func(v view) bool { return len(mainButton.in(v)) == 1 })
	time.Sleep(500 * time.Millisecond) // a second press this soon would not count
	d.tap(mainButton, 0)
}

// accepts takes what came out.
func (d *day) accepts() {
	d.t.Helper()
	d.until("a button that accepts", func(v view) bool { return len(mainButton.in(v)) == 1 })
	time.Sleep(500 * time.Millisecond)
	d.tap(mainButton, 0)
	d.until("what can be measured", func(v view) bool { return len(mainButton.in(v)) >= 3 })
}

// typesIn types the values of the nth kind and accepts them.
func (d *day) typesIn(n int, numbers ...string) {
	d.t.Helper()
	d.tap(otherButton, n)
	for _, number := range numbers {
		d.types(number)
	}
	d.accepts()
}

// finishes ends the visit and goes back to the person.
func (d *day) finishes() {
	d.t.Helper()
	time.Sleep(500 * time.Millisecond)
	d.tap(mainButton, -1)
	d.until("the end of the visit", func(v view) bool { return len(mainButton.in(v)) == 1 })
}

func (d *day) goesBack() {
	d.t.Helper()
	time.Sleep(500 * time.Millisecond)
	d.tap(mainButton, 0)
	d.until("a person who was measured", func(v view) bool { return len(mainButton.in(v)) == 1 && len(otherButton.in(v)) > 0 })
}

// prints prints the person's newest results.
func (d *day) prints() {
	d.t.Helper()
	d.opensPapers()
	d.tap(mainButton, -1)
	d.out(d.printed + 1)
	d.until("that it is printed", func(v view) bool { return len(mainButton.in(v)) == 1 })
}

// opensPapers opens the papers of the person whose page is open.
func (d *day) opensPapers() {
	d.t.Helper()
	d.tap(otherButton, 0)
	d.until("a paper", func(v view) bool { return len(mainButton.in(v)) == 1 })
	d.still()
}

// out waits until so many papers have come out.
func (d *day) out(n int) {
	d.t.Helper()
	for end := time.Now().Add(patience); len(d.tray.papers(d.t)) < n; time.Sleep(glance) {
		if time.Now().After(end) {
			d.shot("failed")
			d.t.Fatalf("%d papers came out, want %d", len(d.tray.papers(d.t)), n)
		}
	}
	d.printed = n
}

// arrives writes somebody down and opens their page.
func (d *day) arrives(p patient) {
	d.t.Helper()
	d.registers(p)
	d.saves()
	d.opens(p)
}

// round is what staff does with five people. Each thing that goes wrong in a day
// happens in one of its rounds.
func (d *day) round(r, rounds int) {
	d.t.Helper()
	now := func(event int) bool { return r == event*rounds/5 }
	p := func(i int) patient { return dayPatient(6*r + i) }

	d.arrives(p(0))
	d.begins()
	if now(0) {
		d.pulledCable()
	} else {
		d.starts(0)
	}
	d.accepts()
	d.finishes()
	d.goesBack()
	d.prints()

	d.arrives(p(2))
	d.begins()
	d.typesIn(4, "72.5")
	d.typesIn(3, "36.8")
	d.finishes()
	d.goesBack()

	d.arrives(p(3))
	d.begins()
	d.starts(1)
	d.accepts()
	d.finishes()
	d.goesBack()
	if now(1) {
		d.vanishedPrinter()
	} else if r < 4 {
		d.prints()
	}

	d.arrives(p(4))
	d.begins()
	if now(2) {
		d.critical()
	} else {
		d.typesIn(0, "128", "82", "71")
	}
	d.finishes()
	d.goesBack()
	if now(3) {
		d.amends()
	}

	d.arrives(p(5))
	d.begins()
	d.starts(2)
	d.tap(longButton, 0) // the value that the meter shows
	d.accepts()
	d.finishes()
	d.tap(otherButton, 0) // wiped
	d.goesBack()
	if now(4) {
		d.knownAlready(p(3))
	}
}

// pulledCable loses the cuff in the middle of a measurement, and measures again
// once it is back.
func (d *day) pulledCable() {
	d.t.Helper()
	d.starts(0)
	time.Sleep(2 * time.Second)
	d.shot("30-pumping")
	d.twins["suntech-advantage"].pull()
	d.until("what is wrong", func(v view) bool { return len(redButton.in(v)) == 0 })
	d.still()
	d.shot("31-cable-out")
	out := d.view()
	d.twins["suntech-advantage"].plug()
	d.until("the cuff again", func(v view) bool { return len(mainButton.in(v)) == 1 && v.differs(out) > turned/2 })
	d.shot("32-cable-in")
	d.tap(mainButton, 0)
	d.faults++
}

// vanishedPrinter loses the printer while it has a paper. What is wrong is said, the
// print is taken back, and it comes out once the printer is there again.
func (d *day) vanishedPrinter() {
	d.t.Helper()
	d.opensPapers()
	if err := d.tray.vanish(); err != nil {
		d.t.Fatal(err)
	}
	d.tap(mainButton, -1)
	d.until("that it cannot be printed", func(v view) bool { return len(mainButton.in(v)) == 0 && v.has(kit.ColorWatchGround) })
	d.shot("40-printer-gone")
	d.tap(otherButton, -1)
	if err := d.tray.come(); err != nil {
		d.t.Fatal(err)
	}
	d.until("the button that prints", func(v view) bool { return len(mainButton.in(v)) == 1 })
	d.shot("41-taken-back")
	d.tap(mainButton, -1)
	d.out(d.printed + 1)
	d.faults++
}

func (d *day) critical() {
	d.t.Helper()
	d.tap(otherButton, 0)
	for _, number := range []string{"192", "126", "96"} {
		d.types(number)
	}
	d.until("whether that is right", func(v view) bool { return len(mainButton.in(v)) == 1 && !v.exactly(2, 2, kit.ColorSurface) })
	d.shot("50-far-outside")
	d.tap(mainButton, 0)
	d.still()
	d.shot("51-repeat-due")
	d.tap(choice, 0)
	d.still()
	d.tap(mainButton, -1)
	d.until("who is told", func(v view) bool { return len(mainButton.in(v)) == 1 && len(choice.in(v)) >= 10 })
	d.still()
	for i, number := range []string{"Dr Okafor", "192", "126"} {
		if i > 0 {
			d.press("Tab")
		}
		d.do("type", "--delay", "70", number)
	}
	d.press("Tab", "space")                                                    // they know who it is of
	d.press("Tab", "space", "Tab", "Tab", "Tab", "Tab", "Tab", "Tab", "space") // a doctor, in person
	d.still()
	d.shot("52-read-back")
	d.tap(mainButton, 0)
	d.until("what can be measured", func(v view) bool { return len(mainButton.in(v)) >= 3 })
}

// amends corrects the pressure of the person whose page is open.
func (d *day) amends() {
	d.t.Helper()
	d.does("opening a result", func() { d.press("Return") })
	d.until("what can be done with it", func(v view) bool { return len(otherButton.in(v)) == 4 })
	d.shot("60-result")
	d.tap(otherButton, 2)
	d.touch(choice.in(d.still())[0])
	d.press("End", "BackSpace", "BackSpace", "BackSpace")
	d.do("type", "--delay", "70", "138")
	d.press("Tab", "Tab", "Tab", "space") // the first reason
	d.still()
	d.shot("61-amend")
	d.tap(mainButton, 0)
	d.until("the person's page", atDesk)
	d.still()
	d.shot("62-amended")
}

// knownAlready is warned that somebody may be in the records, and opens them.
func (d *day) knownAlready(p patient) {
	d.t.Helper()
	p.card = ""
	d.registers(p)
	d.saves()
	d.until("the two beside each other", func(v view) bool { return len(mainButton.in(v)) == 1 && len(otherButton.in(v)) == 1 })
	d.shot("70-one-person-or-two")
	d.tap(mainButton, 0)
	d.until("the person's page", func(v view) bool { return len(mainButton.in(v)) == 1 && len(otherButton.in(v)) > 1 })
	d.shot("71-the-same-person")
}

// alone is a person at the kiosk with a card: oxygen and pulse, and a paper.
func (d *day) alone(p patient, prints, shots bool) {
	d.t.Helper()
	shot := func(name string) {
		if shots {
			d.still()
			d.shot(name)
		}
	}
	d.tap(beginning, 0)
	shot("79-who")
	d.tap(tile, 1) // a card
	shot("80-card")
	d.does("typing a card", func() { d.types(p.card) })
	d.until("what is agreed to", func(v view) bool { return len(bigButton.in(v)) == 1 && len(tile.in(v)) == 0 })
	shot("81-consent")
	d.tap(bigButton, 0)
	d.until("what can be measured", func(v view) bool { return len(tile.in(v)) == 3 })
	shot("82-choose")
	d.tap(tile, 1)
	d.tap(answer, 0) // an adult
	d.tap(answer, 1) // not pregnant
	d.until("signs of an emergency", func(v view) bool { return len(bigButton.in(v)) == 1 })
	shot("83-signs")
	d.tap(bigButton, 0) // none of them
	d.until("how to get ready", func(v view) bool { return len(bigButton.in(v)) == 1 })
	shot("84-ready")
	d.tap(bigButton, 0)
	d.until("the trace", func(v view) bool { return len(redButton.in(v)) == 1 })
	if shots {
		time.Sleep(4 * time.Second)
		d.shot("85-measuring")
	}
	d.until("a result", func(v view) bool { return len(redButton.in(v)) == 0 && len(bigButton.in(v)) == 1 })
	shot("86-result")
	d.tap(bigButton, 0)
	d.until("what to take along", func(v view) bool { return len(bigButton.in(v)) == 1 })
	if prints {
		d.tap(bigButton, 0)
		d.out(d.printed + 1)
		d.until("a copy", func(v view) bool { return len(bigButton.in(v)) == 1 })
	}
	shot("87-take-along")
	d.tap(answer, -1) // done
	d.until("the patients' first screen", atStart)
}

// printsDay prints the list of the day.
func (d *day) printsDay() {
	d.t.Helper()
	d.press("ctrl+t")
	d.still()
	d.shot("90-today")
	d.touch(topButton(d.view()))
	d.until("the list of the day", func(v view) bool { return len(mainButton.in(v)) == 1 && len(otherButton.in(v)) == 0 })
	d.still()
	d.shot("91-day-list")
	d.tap(mainButton, -1)
	d.out(d.printed + 1)
	d.still()
	d.shot("92-day-printed")
}

// topButton is the quiet button that prints, before the two that have an edge or
// a ground.
func topButton(v view) image.Rectangle {
	r := otherButton.in(v)[0]
	return r.Sub(image.Pt(r.Dx()+16, 0))
}
