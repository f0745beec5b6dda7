namespace MuLambda.Selection;

/// <summary>Moments as columns hold them: whole milliseconds in 32 bits, which wrap; differences up to 24 days are right.</summary>
internal static class Clock
{
    /// <summary>A moment of the selector's clock.</summary>
    public static int Of(double nowMs) => unchecked((int)(long)nowMs);

    /// <summary>A duration, cut off where 32 bits end.</summary>
    public static int Duration(double ms) => ms >= int.MaxValue ? int.MaxValue : (int)Math.Max(0, ms);
}
