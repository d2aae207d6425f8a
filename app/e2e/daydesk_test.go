//go:build e2e && linux

package e2e

import (
	"image"
	"strings"
	"time"

	"aidpost/ui/kit"
)

// beginning is the button of the patients' first screen, which nobody can overlook.
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
	d.until("who this is", func(v view) bool { // which is confirmed at the foot of the page
		main := mainButton.in(v)
		return len(main) == 1 && main[0].Min.Y > v.Bounds().Dy()/2
	})
	time.Sleep(500 * time.Millisecond) // a second press this soon would not count
	d.tap(mainButton, 0)
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

// finishes ends the visit.
func (d *day) finishes() {
	d.t.Helper()
	time.Sleep(500 * time.Millisecond)
	d.tap(mainButton, -1)
	d.until("the end of the visit", func(v view) bool { return len(mainButton.in(v)) == 1 })
}

// goesBack goes to the page of the person who was measured.
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

// printsDay prints the list of the day.
func (d *day) printsDay() {
	d.t.Helper()
	d.press("ctrl+t")
	d.still()
	d.shot("90-today")
	d.touch(topButton(d.view()))
	d.until("the papers of the place", func(v view) bool { return len(mainButton.in(v)) == 1 && len(choice.in(v)) >= 6 })
	d.tap(choice, 0) // the list of the day
	d.until("it", func(v view) bool { return len(mainButton.in(v)) == 1 })
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
