package simulated

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// adapterPrefix begins the USB serial number of every simulated adapter.
const adapterPrefix = "SIM"

// Adapter reports whether a USB serial number is that of a simulated adapter,
// so that a record shows for ever that its values are not of a person.
func Adapter(usbSerial string) bool { return strings.HasPrefix(usbSerial, adapterPrefix) }

// ErrNoTwin reports a model that is not simulated.
var ErrNoTwin = errors.New("no simulated instrument of this model")

// makers lists how the twins are made, in the order of the catalogue.
func makers() []func(Options) Twin {
	return slices.Concat(pressureMakers(), oximetryMakers(), glucoseMakers(), otherMakers())
}

func pressureMakers() []func(Options) Twin {
	return []func(Options) Twin{
		func(o Options) Twin { return NewSunTech(o) },
		func(o Options) Twin { return NewTaiDocCuff(o) },
		func(o Options) Twin { return NewPar(o) },
		func(o Options) Twin { return NewParCombined(o) },
		func(o Options) Twin { return NewRaycome(o) },
		func(o Options) Twin { return NewMaibobo(o) },
		func(o Options) Twin { return NewOEMNIBP(o) },
		func(o Options) Twin { return NewTM2655(o) },
		func(o Options) Twin { return NewTM2657(o) },
		func(o Options) Twin { return NewHBP9030(o) },
		func(o Options) Twin { return NewHBP9020(o) },
		func(o Options) Twin { return NewTerumo(o) },
		func(o Options) Twin { return NewFT201(o) },
		func(o Options) Twin { return NewBP868F(o) },
		func(o Options) Twin { return NewBeurer(o) },
	}
}

func oximetryMakers() []func(Options) Twin {
	return []func(Options) Twin{
		func(o Options) Twin { return NewContecStream(o) },
		func(o Options) Twin { return NewContecBoard(o) },
		func(o Options) Twin { return NewContecPlainBoard(o) },
		func(o Options) Twin { return NewContecPackets(o) },
		func(o Options) Twin { return NewNonin2(o) },
		func(o Options) Twin { return NewNonin7(o) },
		func(o Options) Twin { return NewNonin8(o) },
		func(o Options) Twin { return NewNonin1(o) },
		func(o Options) Twin { return NewNonin13(o) },
		func(o Options) Twin { return NewBerryUSB(o) },
		func(o Options) Twin { return NewBerryModule(o) },
		func(o Options) Twin { return NewMasimo(o) },
		func(o Options) Twin { return NewNellcor(o) },
	}
}

func glucoseMakers() []func(Options) Twin {
	return []func(Options) Twin{
		func(o Options) Twin { return NewUltra2(o) },
		func(o Options) Twin { return NewUltra(o) },
		func(o Options) Twin { return NewVerioIQ(o) },
		func(o Options) Twin { return NewUltraEasy(o) },
		func(o Options) Twin { return NewTaiDoc(o) },
		func(o Options) Twin { return NewContour(o) },
		func(o Options) Twin { return NewExpression(o) },
		func(o Options) Twin { return NewVital(o) },
		func(o Options) Twin { return NewCareSens(o) },
		func(o Options) Twin { return NewShine(o) },
		func(o Options) Twin { return NewAreo(o) },
		func(o Options) Twin { return NewGlucoFix(o) },
		func(o Options) Twin { return NewOptium(o) },
		func(o Options) Twin { return NewLite(o) },
		func(o Options) Twin { return NewCodeFree(o) },
		func(o Options) Twin { return NewASTMAnalyser(o) },
	}
}

func otherMakers() []func(Options) Twin {
	return []func(Options) Twin{
		func(o Options) Twin { return NewHealthometer(o) },
		func(o Options) Twin { return NewRiceLake(o) },
		func(o Options) Twin { return NewSICS(o) },
		func(o Options) Twin { return NewADScale(o) },
		func(o Options) Twin { return NewSureTemp(o) },
	}
}

// Twins lists the IDs of the models that have a twin.
func Twins() []string {
	var ids []string
	for _, build := range makers() {
		ids = append(ids, build(Options{}).Model())
	}
	return ids
}

// New returns a twin of the model with the ID, or ErrNoTwin.
func New(model string, o Options) (Twin, error) {
	for _, build := range makers() {
		if twin := build(o); twin.Model() == model {
			return twin, nil
		}
	}
	return nil, fmt.Errorf("%.40q: %w", model, ErrNoTwin)
}
