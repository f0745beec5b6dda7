namespace MuLambda.Selector;

/// <summary>Figures as they are answered: finite, and without digits that mean nothing.</summary>
internal static class Figures
{
    public static double Round(double value) => double.IsFinite(value) ? Math.Round(value, 6) : 0;
}
