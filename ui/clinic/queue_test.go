package clinic

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"aidpost/app/desk"
	"aidpost/assets/words"
	"aidpost/records"
	"aidpost/ui/kit"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
)

// tourQueue shows a queue with everybody in it, and what can be done with a place.
func tourQueue(s *stage, shoot func(*stage, string)) {
	var waiting []desk.Visitor
	for _, v := range s.desk.State().Today.Rows {
		if v.Group == desk.Waiting {
			waiting = append(waiting, v)
		}
	}
	s.desk.Call(waiting[0].Visit)
	s.settle()
	s.desk.Hold(waiting[1].Visit, "interpreter", 15*time.Minute)
	s.settle()
	s.desk.Call(waiting[2].Visit)
	s.settle()
	s.desk.MarkAbsent(waiting[2].Visit)
	s.after(time.Second)
	shoot(s, "10b-queue")
	for _, v := range s.desk.State().Today.Rows {
		if v.Group == desk.Waiting {
			s.clinic.showQueue(v)
		}
	}
	shoot(s, "10c-queue-place")
	s.clinic.closeDialog()
	for _, v := range waiting {
		s.desk.Requeue(v.Visit)
		s.settle()
	}
	s.desk.Dismiss()
	s.settle()
}

// TestQueueByKeyboard: F2 opens the place of whoever is chosen in the list; a hold
// needs a reason, stays in sight on the list and on the page of the person, and is
// ended there.
func TestQueueByKeyboard(t *testing.T) {
	s := working(t, "en", sizes["1366x768"], kit.Look{})
	s.equipped()
	who := person("Fatima", "al-Rashid", records.Date{Year: 1956, Month: 4, Day: 30}, "C-10042")
	s.came(who, 12*time.Minute, -1)
	s.after(time.Second)
	list := s.clinic.page.(*today).list
	s.window.Canvas().Focus(list)
	s.press(queueKey)
	if s.sees(words.QueueTitle); s.clinic.dialog == nil {
		t.Fatal("F2 opens nothing")
	}
	if cell := s.clinic.page.(*today).cells(0)[0]; cell.Text != "A1" || !s.reads("Number A1") {
		t.Errorf("the list says %+v, and the dialog not which number", cell)
	}
	s.push(words.QueueHold)
	s.sees(words.QueueWhyMissing)
	s.option(s.clinic.t(words.HoldAte))
	s.push(words.QueueHold)
	s.after(time.Second)
	if got := s.desk.State().Today; s.clinic.dialog != nil || got.Counts[desk.Held] != 1 || got.Counts[desk.Waiting] != 0 {
		t.Fatalf("counts %v", got.Counts)
	}
	if cell := s.clinic.page.(*today).cells(0)[4]; !strings.HasPrefix(cell.Text, "On hold · Since") || cell.Under != "has just eaten" {
		t.Errorf("the list says %+v", cell)
	}
	s.opened(who)
	if !s.reads("On hold: has just eaten") {
		t.Error("the page of the person does not say that they are on hold")
	}
	s.push(words.QueueBack)
	if s.settle(); s.reads("On hold") || s.desk.State().Said.Key != words.QueueSaidBack {
		t.Errorf("brought back, says %+v", s.desk.State().Said)
	}
	s.press(queueKey)
	s.push(words.QueueCall)
	if s.settle(); !s.reads("Number A1 was called: Fatima al-Rashid.") {
		t.Errorf("it says %+v", s.desk.State().Said)
	}
	s.press(queueKey)
	s.push(words.QueueAbsent)
	s.sees(words.TodayAbsent)
	s.desk.Undo()
	s.settle()
	if s.reads(s.clinic.t(words.TodayAbsent)) {
		t.Error("taken back, and absent still")
	}
	s.turnTo(desk.PageToday)
	if got := s.desk.State().Today; got.Counts[desk.Waiting] != 1 {
		t.Errorf("counts %v", got.Counts)
	}
}

// TestNumbersAreWhole: a number in the queue is never cut short on the list, since another
// may begin like it: not the highest of a day, nor in large letters.
func TestNumbersAreWhole(t *testing.T) {
	for _, size := range sizes {
		for _, text := range []float32{kit.TextNormal, kit.TextLarge} {
			t.Run(fmt.Sprintf("%.0f/%.0f", size.Width, 100*text), func(t *testing.T) {
				s := working(t, "en", size, kit.Look{Text: text})
				s.tickets = 14_399
				s.came(person("Fatima", "al-Rashid", records.Date{Year: 1956, Month: 4, Day: 30}, "C-10042"), time.Minute, -1)
				s.after(time.Second)
				size := float32(0)
				s.walk(func(o fyne.CanvasObject) {
					if c, ok := o.(*canvas.Text); ok && c.Text == "A14400" {
						size = c.TextSize
					}
				})
				if size < 14 {
					t.Errorf("the list says A14400 in letters of %.1f", size)
				}
			})
		}
	}
}
