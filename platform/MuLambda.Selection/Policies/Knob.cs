namespace MuLambda.Selection;
internal static class Knob { public static float Of(string n, double d) => float.TryParse(System.Environment.GetEnvironmentVariable("K_" + n), System.Globalization.CultureInfo.InvariantCulture, out var v) ? v : (float)d; }
