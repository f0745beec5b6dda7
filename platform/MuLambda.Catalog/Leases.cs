namespace MuLambda.Catalog;

/// <summary>The limits of leases.</summary>
public static class Leases
{
    /// <summary>The lease of a registration that asks for none in particular, in seconds.</summary>
    public const double DefaultSeconds = 15;

    /// <summary>The shortest lease, in seconds.</summary>
    public const double MinSeconds = 1;

    /// <summary>The longest lease, in seconds.</summary>
    public const double MaxSeconds = 3600;
}
