using MuLambda.Catalog;

namespace MuLambda.Prober.Executors;

/// <summary>One executor to accompany.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Models">The models it serves.</param>
/// <param name="Rest">Its REST API.</param>
/// <param name="Grpc">Its gRPC API; null for none.</param>
/// <param name="Socket">Where its Unix socket would be; null for nowhere.</param>
internal sealed record ExecutorTarget(string Id, OfferedModels Models, Uri Rest, Uri? Grpc, string? Socket)
{
    /// <summary>Its endpoints now: the socket counts once the executor has made it.</summary>
    public ExecutorEndpoints FindEndpoints() => new(
        Text(Rest), Grpc is null ? null : Text(Grpc), Socket is not null && File.Exists(Socket) ? Socket : null);

    // Without the slash that Uri adds to a bare host, so that the address reads as it was given.
    private static string Text(Uri uri) => uri.AbsoluteUri.TrimEnd('/');
}
