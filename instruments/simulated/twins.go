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

// A maker makes the twins of one model.
type maker struct {
	id   string
	make func(Options) Twin
}

func twin[T Twin](id string, build func(Options) T) maker {
	return maker{id, func(o Options) Twin { return build(o) }}
}

// makers lists how the twins are made, in the order of the catalogue.
func makers() []maker {
	return slices.Concat(pressureMakers(), oximetryMakers(), glucoseMakers(), otherMakers())
}

func pressureMakers() []maker {
	return []maker{
		twin("suntech-advantage", NewSunTech),
		twin("taidoc-cuff", NewTaiDocCuff),
		twin("par-nibp2010", NewPar),
		twin("par-nibp2020-spo2", NewParCombined),
		twin("raycome-rbp9804", NewRaycome),
		twin("maibobo-rbp9000", NewMaibobo),
		twin("oem-nibp", NewOEMNIBP),
		twin("aandd-tm2655", NewTM2655),
		twin("aandd-tm2657", NewTM2657),
		twin("omron-hbp9030", NewHBP9030),
		twin("omron-hbp9020", NewHBP9020),
		twin("terumo-bp500", NewTerumo),
		twin("paramatech-ft201", NewFT201),
		twin("ampall-bp868f", NewBP868F),
		twin("beurer-bm55", NewBeurer),
	}
}

func oximetryMakers() []maker {
	return []maker{
		twin("contec-cms50d", NewContecStream),
		twin("contec-oem", NewContecBoard),
		twin("contec-oem-8n1", NewContecPlainBoard),
		twin("contec-cms50d-plus", NewContecPackets),
		twin("nonin-df2", NewNonin2),
		twin("nonin-df7", NewNonin7),
		twin("nonin-df8", NewNonin8),
		twin("nonin-df1", NewNonin1),
		twin("nonin-df13", NewNonin13),
		twin("berry-bci", NewBerryUSB),
		twin("berry-bci-4800", NewBerryModule),
		twin("masimo-ascii1", NewMasimo),
		twin("nellcor-printout", NewNellcor),
	}
}

func glucoseMakers() []maker {
	return []maker{
		twin("onetouch-ultra2", NewUltra2),
		twin("onetouch-ultra", NewUltra),
		twin("onetouch-verioiq", NewVerioIQ),
		twin("onetouch-ultraeasy", NewUltraEasy),
		twin("taidoc-td42xx", NewTaiDoc),
		twin("contour-serial", NewContour),
		twin("glucocard-expression", NewExpression),
		twin("glucocard-vital", NewVital),
		twin("caresens-n", NewCareSens),
		twin("glucocard-shine", NewShine),
		twin("menarini-glucomen-areo", NewAreo),
		twin("menarini-glucofix-tech", NewGlucoFix),
		twin("abbott-freestyle-optium", NewOptium),
		twin("abbott-freestyle-lite", NewLite),
		twin("sd-codefree", NewCodeFree),
		twin("astm-analyser", NewASTMAnalyser),
	}
}

func otherMakers() []maker {
	return []maker{
		twin("healthometer-esc", NewHealthometer),
		twin("ricelake-esc", NewRiceLake),
		twin("mettler-sics", NewSICS),
		twin("aandd-scale", NewADScale),
		twin("welchallyn-suretemp-plus", NewSureTemp),
	}
}

// Twins lists the IDs of the models that have a twin.
func Twins() []string {
	var ids []string
	for _, m := range makers() {
		ids = append(ids, m.id)
	}
	return ids
}

// New returns a twin of the model with the ID, or ErrNoTwin.
func New(model string, o Options) (Twin, error) {
	for _, m := range makers() {
		if m.id == model {
			return m.make(o), nil
		}
	}
	return nil, fmt.Errorf("%.40q: %w", model, ErrNoTwin)
}
