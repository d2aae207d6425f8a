package records

import (
	"aidpost/records/jsonread"
	"aidpost/records/vitals"
)

func readObservation(j *jsonread.Reader, o *Observation) {
	for name := range j.Fields {
		switch string(name) {
		case "id":
			o.ID = ID(j.Text())
		case "panel":
			o.Panel = vitals.Panel(j.Word())
		case "values":
			o.Values = readValues(j)
		case "meal":
			o.Meal = vitals.Meal(j.Word())
		case "flags":
			for range j.Items {
				o.Flags = append(o.Flags, vitals.Flag(j.Word()))
			}
		case "taken":
			j.As(&o.Taken)
		case "judged":
			for range j.Items {
				o.Judged = append(o.Judged, readJudgement(j))
			}
		case "origin":
			readOrigin(j, &o.Origin)
		case "state":
			o.State = ObservationState(j.Word())
		case "capture":
			j.Into(&o.Capture)
		default:
			readFormed(j, string(name), o)
		}
	}
}

// readFormed reads the fields that say how a value was formed and what became of it.
func readFormed(j *jsonread.Reader, name string, o *Observation) {
	switch name {
	case "number":
		o.Number = j.Int()
	case "meanOf":
		for range j.Items {
			o.MeanOf = append(o.MeanOf, ID(j.Text()))
		}
	case "excluded":
		o.Excluded = j.Word()
	case "notes":
		for range j.Items {
			o.Notes = append(o.Notes, j.Word())
		}
	case "wavePulse":
		o.WavePulse = readQuantity(j)
	case "method":
		o.Method = j.Word()
	case "arm":
		o.Arm = vitals.Arm(j.Word())
	case "statement":
		if !j.Null() {
			o.Statement = &Statement{}
			readStatement(j, o.Statement)
		}
	case "correction":
		j.Into(&o.Correction)
	default:
		j.Skip()
	}
}

func readValues(j *jsonread.Reader) vitals.Values {
	if j.Null() {
		return nil
	}
	all := make(vitals.Values, 0, 3) // most readings have as many
	for range j.Items {
		var v vitals.Value
		for name := range j.Fields {
			switch string(name) {
			case "measure":
				v.Measure = vitals.Measure(j.Word())
			case "quantity":
				v.Quantity = readQuantity(j)
			default:
				j.Skip()
			}
		}
		all = append(all, v)
	}
	return all
}

func readQuantity(j *jsonread.Reader) (q vitals.Quantity) {
	for name := range j.Fields {
		switch string(name) {
		case "value":
			value, err := vitals.ParseDecimal(j.Word())
			j.Fail(err)
			q.Value = value
		case "unit":
			q.Unit = vitals.Unit(j.Word())
		case "comparator":
			q.Comparator = vitals.Comparator(j.Word())
		default:
			j.Skip()
		}
	}
	return q
}

func readJudgement(j *jsonread.Reader) (g Judgement) {
	for name := range j.Fields {
		switch string(name) {
		case "subject":
			g.Subject = j.Word()
		case "band":
			g.Band = j.Word()
		case "also":
			g.Also = j.Word()
		case "reason":
			g.Reason = j.Word()
		case "severity":
			g.Severity = j.Word()
		case "interpretation":
			g.Interpretation = j.Word()
		case "tier":
			g.Tier = j.Int()
		case "guideline":
			g.Guideline = j.Word()
		case "edition":
			g.Edition = j.Word()
		case "source":
			g.Source = j.Word()
		default:
			j.Skip()
		}
	}
	return g
}

func readOrigin(j *jsonread.Reader, o *Origin) {
	for name := range j.Fields {
		switch string(name) {
		case "device":
			o.Device = readDevice(j)
		case "driver":
			o.Driver = j.Word()
		case "driverVersion":
			o.DriverVersion = j.Word()
		case "instrumentAt":
			j.As(&o.InstrumentAt)
		case "drift":
			o.Drift = Seconds(j.Int())
		case "record":
			o.Record = j.Text()
		case "enteredBy":
			o.EnteredBy = j.Word()
		default:
			j.Skip()
		}
	}
}

func readDevice(j *jsonread.Reader) (d Device) {
	for name := range j.Fields {
		switch string(name) {
		case "id":
			d.ID = ID(j.Word())
		case "maker":
			d.Maker = j.Word()
		case "model":
			d.Model = j.Word()
		case "serial":
			d.Serial = j.Word()
		case "firmware":
			d.Firmware = j.Word()
		case "adapter":
			d.Adapter = j.Word()
		default:
			j.Skip()
		}
	}
	return d
}

func readStatement(j *jsonread.Reader, s *Statement) {
	for name := range j.Fields {
		switch string(name) {
		case "grade":
			s.Grade = j.Word()
		case "reasons":
			for range j.Items {
				s.Reasons = append(s.Reasons, j.Word())
			}
		case "protocol":
			s.Protocol = j.Word()
		case "lot":
			s.Lot = j.Word()
		case "expires":
			j.As(&s.Expires)
		case "control":
			s.Control = j.Word()
		case "controlAt":
			j.As(&s.ControlAt)
		case "operator":
			s.Operator = readClinician(j)
		case "cuff":
			j.Into(&s.Cuff)
		case "rest":
			j.Into(&s.Rest)
		case "oximetry":
			j.Into(&s.Oximetry)
		default:
			j.Skip()
		}
	}
}
