//go:build e2e && linux

package e2e

import (
	"time"

	"aidpost/ui/kit"
)

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

// critical types a value that is to be told at once: it is asked for again, why it is
// not repeated, and who was told and what they repeated.
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
	d.do("mousemove", "1", "1") // the pointer hides the edges of what it lies on
	d.until("what can be done with it", func(v view) bool { return len(otherButton.in(v)) == 6 })
	d.shot("60-result")
	d.tap(otherButton, 2) // from the left: close, a remark, change
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
	d.does("scanning a card", func() { d.types(p.card) })
	d.until("what is agreed to", func(v view) bool { return len(bigButton.in(v)) == 1 && len(tile.in(v)) == 0 })
	shot("81-consent")
	d.tap(bigButton, 0)
	d.until("what can be measured", func(v view) bool { return len(tile.in(v)) == 3 })
	shot("82-choose")
	d.tap(tile, 1)
	d.until("whether it is for them", func(v view) bool { return len(bigButton.in(v)) == 1 })
	shot("83-fit")
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
