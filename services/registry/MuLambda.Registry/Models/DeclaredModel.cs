using System.Globalization;
using System.Net;
using MuLambda.Catalog;
using MuLambda.Registry.Problems;

namespace MuLambda.Registry.Models;

/// <summary>What the query of an upload declares of its model.</summary>
internal sealed record DeclaredModel(ModelReference Reference, Traits Traits, Accuracy Accuracy, string? Description)
{
    private static readonly string[] Parameters =
        ["task", "input", "output", "metric", "accuracy", "dataset", "description"];

    /// <exception cref="ProblemException">Names each parameter that is wrong.</exception>
    public static DeclaredModel Read(string name, long version, IQueryCollection query)
    {
        var errors = new List<ValidationError>(QueryParameters.Check(query, Parameters));
        if (!double.TryParse(
            Text("accuracy"), NumberStyles.Float & ~NumberStyles.AllowLeadingWhite, CultureInfo.InvariantCulture, out var accuracy))
        {
            accuracy = double.NaN;
        }

        var declared = new DeclaredModel(
            new ModelReference(name, version),
            new Traits(Text("task") ?? "", Text("input") ?? "", Text("output") ?? ""),
            new Accuracy(Text("metric") ?? "", accuracy, Text("dataset")),
            Text("description"));
        errors.AddRange(CatalogValidation.Validate(
            declared.Reference, declared.Traits, declared.Accuracy, declared.Description));
        ProblemException.ThrowIfAny(errors);
        return declared;

        string? Text(string parameter) => query[parameter] is [{ Length: > 0 } value] ? value : null;
    }

    public Model With(
        IReadOnlyList<ModelSignature> signatures, ModelFormat format, long bytes, string sha256, DateTimeOffset createdAt) =>
        new(
            Reference.Name, Reference.Version, Traits.Task, Traits.Input, Traits.Output, Accuracy,
            signatures, format, bytes, sha256, Description, createdAt);

    /// <summary>A version never changes: what is declared must be what is registered.</summary>
    /// <exception cref="ProblemException">Names what differs.</exception>
    public void RefuseWhereOther(Model existing)
    {
        var differs =
            existing.Traits != Traits ? "traits"
            : existing.Accuracy != Accuracy ? "accuracy"
            : existing.Description != Description ? "description"
            : null;
        if (differs is not null)
        {
            throw new ProblemException(
                HttpStatusCode.Conflict, $"{Reference} exists with another {differs}; use a new version.");
        }
    }
}
