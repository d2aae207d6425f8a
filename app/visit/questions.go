package visit

import (
	"slices"

	"aidpost/instruments"
	"aidpost/records/intended"
	"aidpost/records/vitals"
)

// A QuestionID names a question to the person; the catalogue has its words.
type QuestionID string

// The questions.
const (
	AskAdult    QuestionID = "adult"
	AskPregnant QuestionID = "pregnant"
	AskSymptoms QuestionID = "symptoms"
	AskArm      QuestionID = "arm"
	AskCuff     QuestionID = "cuff" // how the arm lies to its marks; answered with an intended.Lie
	AskMeal     QuestionID = "meal"
)

// The answers.
const (
	Yes     = "yes"
	No      = "no"
	Unknown = "unknown"

	MealFasting = string(vitals.Fasting)
	MealAfter   = string(vitals.AfterMeal)
	MealBetween = string(vitals.RandomMeal)
)

// menopause is the age from which the question after a pregnancy is spared.
const menopause = 60

// options lists the answers to a question, in the order of the buttons.
func options(q QuestionID) []string {
	switch q {
	case "":
		return nil
	case AskMeal:
		return []string{MealFasting, MealAfter, MealBetween, Unknown}
	case AskMeter:
		return []string{MeterOwn, MeterPlace}
	case AskCuff:
		var lies []string
		for _, lie := range intended.Lies() {
			lies = append(lies, string(lie))
		}
		return lies
	}
	return []string{Yes, No}
}

// plan lists what must be asked before a panel is measured, five questions at most.
// Each is asked once in a visit.
func (v *Visit) plan(p vitals.Panel) []QuestionID {
	var qs []QuestionID
	if !v.p.subject.AgeKnown {
		qs = append(qs, AskAdult)
	}
	if !v.p.subject.AgeKnown || v.p.subject.Age < menopause {
		qs = append(qs, AskPregnant)
	}
	qs = append(qs, AskSymptoms)
	switch p {
	case vitals.BloodPressure:
		qs = append(qs, AskArm)
		if from, ok := v.readyFor(p); ok && v.cuff(from) != (intended.Range{}) {
			qs = append(qs, AskCuff)
		}
	case vitals.BloodGlucose:
		qs = append(qs, AskMeal)
	}
	return slices.DeleteFunc(qs, func(q QuestionID) bool { return v.p.asked[q] })
}

// ChoosePanel begins to measure a panel that is on offer.
func (v *Visit) ChoosePanel(p vitals.Panel) error {
	return v.command(func() error {
		i := slices.IndexFunc(v.offers(), func(o Offer) bool { return o.Panel == p && o.startable() })
		if i < 0 {
			return ErrNotNow
		}
		v.beginPanel(measurement{panel: p, questions: v.plan(p)})
		v.loadHistory(p)
		v.nextQuestion()
		v.admitEarly()
		return nil
	}, Choose, Result)
}

// startable reports whether the panel can be begun. A meter may still be off:
// it is plugged in after the drop of blood is on the strip.
func (o Offer) startable() bool {
	return o.Status == OfferReady || o.Status == OfferDone ||
		o.Status == OfferAsleep && o.Panel == vitals.BloodGlucose
}

func (v *Visit) nextQuestion() {
	if len(v.m.questions) == 0 {
		v.m.question = ""
		v.enter(Prepare)
		return
	}
	q := v.m.questions[0]
	v.m.questions = v.m.questions[1:]
	if from, ok := v.ready(); q == AskCuff && (!ok || v.cuff(from) == intended.Range{}) {
		v.nextQuestion() // it was unplugged meanwhile, and is asked about when it is started
		return
	}
	v.ask(q)
}

// ask puts a question on the screen.
func (v *Visit) ask(q QuestionID) {
	if q == AskCuff {
		v.m.cuff, _ = v.ready()
	}
	v.m.question = q
	v.enter(Question)
}

// Answer answers the question on the screen with one of its options.
func (v *Visit) Answer(option string) error {
	return v.command(func() error {
		q := v.m.question
		if !slices.Contains(options(q), option) {
			return ErrNotNow
		}
		v.answer(string(q), option)
		// What was asked about this arm and this meal holds for this panel only.
		v.p.asked[q] = q != AskMeal && q != AskArm && q != AskMeter && q != AskCuff && q != AskOtherMeter
		switch {
		case q == AskAdult && option == No, q == AskArm && option == Yes:
			v.p.asked[q] = false
			v.enter(Unsuitable)
			return nil
		case q == AskAdult:
			v.p.subject.Age, v.p.subject.AgeKnown = adult, true
		case q == AskPregnant:
			v.p.subject.Pregnant = option == Yes
		case q == AskSymptoms && option == Yes:
			v.p.symptoms, v.p.subject.Unwell = true, true
			v.advise(emergencyNow)
			return nil
		case q == AskMeal && option != Unknown:
			v.m.meal = vitals.Meal(option)
		case q == AskCuff:
			v.m.lie = intended.Lie(option)
			if slices.Contains(v.objections(v.m.cuff), intended.ArmOutOfRange) {
				v.enter(Unsuitable)
				return nil
			}
		case q == AskOtherMeter && v.own != nil && option == Yes:
			v.nextOwn()
			return nil
		case q == AskOtherMeter && v.own != nil:
			v.ownFailed(instruments.OnePerson)
			return nil
		case q == AskOtherMeter && option == Yes:
			v.enter(Confirm)
			return nil
		case q == AskOtherMeter:
			v.m.candidates = nil
			v.refuseMeter(v.m.from)
			return nil
		case q == AskMeter:
			v.m.whose = option
			v.start()
			return nil
		}
		v.nextQuestion()
		return nil
	}, Question)
}

// adult is the least age of somebody who says to be an adult.
const adult = 18

// Prepared tells that the person is in position. A cuff needs the seated rest
// next; the other instruments start.
func (v *Visit) Prepared() error {
	return v.command(func() error {
		switch {
		case v.m.panel == vitals.BloodGlucose && !v.attachedReady(vitals.BloodGlucose):
			v.enter(Connect)
		case v.m.panel != vitals.BloodPressure:
			v.start()
		case v.m.rest != nil:
			v.enter(Ready)
		default:
			v.beginRest()
		}
		return nil
	}, Prepare)
}

// meterArrived starts to read a meter that has just been plugged in.
func (v *Visit) meterArrived() {
	if v.step == Connect && v.attachedReady(v.m.panel) {
		v.start()
	}
}

func (v *Visit) attachedReady(p vitals.Panel) bool {
	return slices.ContainsFunc(v.cfg.Instruments.Attached(), func(a instruments.Attached) bool {
		return a.Startable() && a.Model.Panel == p
	})
}
