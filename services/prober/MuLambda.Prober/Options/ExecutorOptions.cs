namespace MuLambda.Prober.Options;

/// <summary>An executor to accompany, or a group of replicas that service discovery knows under one name.</summary>
internal sealed class ExecutorOptions
{
    /// <summary>Its id, which is also the name service discovery knows it by.</summary>
    public string Id { get; set; } = "";

    /// <summary>
    /// The models it serves: names, patterns of the catalog's names (<c>*</c>) and exceptions (<c>!digits-*</c>); empty for one of
    /// the same name.
    /// </summary>
    public IList<string> Models { get; } = [];

    /// <summary>The URL of its REST API; null for service discovery's <c>http</c> endpoint.</summary>
    public string? Rest { get; set; }

    /// <summary>The URL of its gRPC API; null for service discovery's <c>grpc</c> endpoint, if there is one.</summary>
    public string? Grpc { get; set; }

    /// <summary>The path of its Unix socket; null for <c>{id}.sock</c> in the socket directory. Used once it exists.</summary>
    public string? Socket { get; set; }
}
