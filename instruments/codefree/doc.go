// Package codefree reads SD CodeFree glucose meters of SD Biosensor, at 38400
// 8N1 over the maker's cable.
//
// A person plugs the cable in and switches the meter on. It then asks once
// whether a host is there, tells how many results it has, and sends one for each
// time that it is asked for the next, to the end. Nothing can be asked for twice,
// and a question that the meter does not understand makes it show E-5 until it
// is switched off. So whatever is damaged ends the measurement, and the person
// switches the meter off and on.
//
// The meter tells no serial number, no model, no time and no unit: staff name its
// port, for a meter that belongs to the kiosk and shows mg/dL. How it marks LO,
// HI and a test of a control solution is not known: a number outside of its range
// and a mark other than those of meals are refused.
//
// Facts are from glucometers-tech/glucometer-protocols
// (sd-biosensor/codefree.md) and the driver of glucometers-tech/
// glucometerutils (drivers/sdcodefree.py), which takes values as mg/dL. Where
// they differ, in the form of a result, the driver's sums add up.
package codefree
