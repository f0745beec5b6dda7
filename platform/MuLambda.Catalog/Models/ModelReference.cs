using System.Globalization;

namespace MuLambda.Catalog;

/// <summary>One version of a model, written <c>name@version</c>.</summary>
/// <param name="Name">The model's name.</param>
/// <param name="Version">The model's version.</param>
public sealed record ModelReference(string Name, long Version)
{
    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Name}@{Version}");
}
