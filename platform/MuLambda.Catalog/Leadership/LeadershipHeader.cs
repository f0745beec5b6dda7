using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace MuLambda.Catalog;

/// <summary>
/// The header under which a leader writes, <c>MuLambda-Leadership: scaler; token=12</c>: the registry refuses the write where
/// that token is no longer the present one.
/// </summary>
public static class LeadershipHeader
{
    /// <summary>The header's name.</summary>
    public const string Name = "MuLambda-Leadership";

    /// <summary>What the scalers lead.</summary>
    public const string Scaler = "scaler";

    private const string TokenParameter = "token=";

    /// <summary>The header's value.</summary>
    /// <param name="leadership">What is led.</param>
    /// <param name="token">The leader's token.</param>
    /// <returns><c>leadership; token=N</c>.</returns>
    public static string Format(string leadership, long token) =>
        string.Create(CultureInfo.InvariantCulture, $"{leadership}; {TokenParameter}{token}");

    /// <summary>Reads the header's value.</summary>
    /// <param name="value">The value.</param>
    /// <param name="leadership">What is led.</param>
    /// <param name="token">The leader's token.</param>
    /// <returns>False where it is not of that form.</returns>
    public static bool TryParse(string? value, [NotNullWhen(true)] out string? leadership, out long token)
    {
        leadership = null;
        token = 0;
        if (value?.Split(';', StringSplitOptions.TrimEntries) is not [var name, var parameter]
            || !CatalogValidation.IsName(name)
            || !parameter.StartsWith(TokenParameter, StringComparison.OrdinalIgnoreCase)
            || !long.TryParse(
                parameter.AsSpan(TokenParameter.Length), NumberStyles.None, CultureInfo.InvariantCulture, out token))
        {
            return false;
        }

        leadership = name;
        return true;
    }
}
