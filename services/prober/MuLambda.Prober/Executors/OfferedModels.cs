using System.IO.Enumeration;
using MuLambda.Catalog;

namespace MuLambda.Prober.Executors;

/// <summary>
/// The models an executor is said to serve: names, and patterns of names in the catalog (<c>*</c>, <c>pose-*</c>) with exceptions
/// (<c>!digits-*</c>). TensorFlow Serving's API lists no models, so those of a pattern are asked for one by one. A pattern stands for what nobody placed: while a
/// scaler leads, deployed models are left to the executors that it launches, or they would never go to zero.
/// </summary>
internal sealed class OfferedModels
{
    private readonly IReadOnlyList<string> _names;
    private readonly IReadOnlyList<string> _patterns;
    private readonly IReadOnlyList<string> _except;
    private CatalogSnapshot? _catalog;
    private IReadOnlyList<string> _current = [];

    public OfferedModels(IReadOnlyList<string> models)
    {
        _names = [.. models.Where(model => !IsPattern(model) && !IsException(model))];
        _patterns = [.. models.Where(model => IsPattern(model) && !IsException(model))];
        _except = [.. models.Where(IsException).Select(model => model[1..])];
        All = models;
    }

    /// <summary>As they were given.</summary>
    public IReadOnlyList<string> All { get; }

    /// <summary>Whether an executor without this model lacks nothing: a pattern promises none.</summary>
    public bool IsOptional(string name) => !_names.Contains(name);

    /// <summary>The names to ask for, given what the catalog has.</summary>
    public IReadOnlyList<string> In(CatalogSnapshot catalog)
    {
        if (_patterns.Count == 0)
        {
            return _names;
        }

        if (!ReferenceEquals(catalog, _catalog))
        {
            var isScaled = IsScaled(catalog);
            _current = [.. _names, .. catalog.Models.Values
                .Select(model => model.Name)
                .Where(name => !(isScaled && catalog.Deployments.ContainsKey(name)))
                .Where(name => _patterns.Any(p => Matches(p, name)) && !_except.Any(p => Matches(p, name)))
                .Except(_names, StringComparer.Ordinal)
                .Distinct(StringComparer.Ordinal)
                .Order(StringComparer.Ordinal)];
            _catalog = catalog;
        }

        return _current;
    }

    /// <summary>Whether somebody launches what is deployed.</summary>
    public static bool IsScaled(CatalogSnapshot catalog) => catalog.Leaderships.ContainsKey(LeadershipHeader.Scaler);

    public static bool IsPattern(string model) => model.AsSpan().ContainsAny('*', '?');

    public static bool IsException(string model) => model.StartsWith('!');

    private static bool Matches(string pattern, string name) => FileSystemName.MatchesSimpleExpression(pattern, name, ignoreCase: false);
}
