using MuLambda.Catalog;
using MuLambda.Protocol.Grpc;

namespace MuLambda.Selector;

/// <summary>
/// A client as a model, which is what protocols that call models by name take its id for: one version, and the signatures that all models have
/// in common that could answer it now, those among them that would have to be started first.
/// </summary>
/// <param name="Client">The client's id.</param>
/// <param name="Traits">What it asks of a model.</param>
/// <param name="Unavailable">Why nothing can answer it now; null where something can.</param>
/// <param name="Signatures">The signatures in common. Of one that differs in its inputs the inputs are empty, and so the outputs.</param>
internal sealed record ClientModel(string Client, Traits Traits, string? Unavailable, IReadOnlyList<ModelSignature> Signatures)
{
    /// <summary>The only version there is: what answers is chosen for each request.</summary>
    public const long Version = 1;

    /// <summary>The version as text.</summary>
    public const string VersionText = "1";

    /// <summary>The client as it stands now.</summary>
    /// <exception cref="RequestException">There is no such client, or no catalog yet.</exception>
    public static ClientModel Of(Selecting selecting, string client)
    {
        var snapshot = selecting.Snapshot;
        var demand = Selecting.DemandOf(snapshot, client);
        var prospects = selecting.Survey(demand, items: 1);
        var cold = selecting.SurveyCold(snapshot, demand, prospects);
        List<Model> models = [.. prospects.Where(p => p.ExcludedBy.Count == 0).Select(p => p.Candidate.Model)
            .Concat(cold.Where(c => c.ExcludedBy.Count == 0).Select(c => c.Candidate.Model)).Distinct()];
        return new ClientModel(
            client,
            demand.Criteria.Required,
            models.Count > 0 ? null : selecting.NoCandidate(snapshot, demand, items: 1).Message,
            InCommon(models));
    }

    /// <summary>Requires the version there is, or none.</summary>
    /// <exception cref="RequestException">It is another.</exception>
    public static void RequireVersion(string client, string? version)
    {
        if (version is not (null or "" or VersionText))
        {
            throw new RequestException(
                StatusCodes.Status404NotFound, "There is no such version.",
                $"The client '{client}' has no version '{version}': as a model it has the version {VersionText} only, and what answers is chosen for each request.")
            {
                GrpcStatus = StatusCode.NotFound,
            };
        }
    }

    private static List<ModelSignature> InCommon(List<Model> models)
    {
        if (models.Count == 0)
        {
            return [];
        }

        var common = new List<ModelSignature>();
        foreach (var signature in models[0].Signatures)
        {
            var same = models.ConvertAll(model => model.Signatures.FirstOrDefault(s => s.Name == signature.Name));
            if (!same.Contains(null))
            {
                common.Add(new ModelSignature(
                    signature.Name,
                    same.TrueForAll(s => AreEqual(s!.Inputs, signature.Inputs)) ? signature.Inputs : [],
                    same.TrueForAll(s => AreEqual(s!.Outputs, signature.Outputs)) ? signature.Outputs : []));
            }
        }

        return common;
    }

    private static bool AreEqual(IReadOnlyList<TensorSpec> some, IReadOnlyList<TensorSpec> others) =>
        some.Count == others.Count && some.All(spec => others.Any(other =>
            other.Name == spec.Name && other.DType == spec.DType
            && (other.Shape is null ? spec.Shape is null : spec.Shape is not null && spec.Shape.SequenceEqual(other.Shape))));
}
