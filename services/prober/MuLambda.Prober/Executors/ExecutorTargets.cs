using MuLambda.Prober.Options;
using MuLambda.ServiceDefaults.Discovery;

namespace MuLambda.Prober.Executors;

/// <summary>From options to executors.</summary>
internal static class ExecutorTargets
{
    /// <summary>Finds the addresses of the executors; a name with several becomes replicas <c>id-0</c>, <c>id-1</c>…</summary>
    /// <exception cref="InvalidOperationException">An executor has no address, or more gRPC than REST addresses.</exception>
    public static IReadOnlyList<ExecutorTarget> Resolve(ProberOptions options, ServiceEndpoints endpoints) =>
        [.. options.Executors.SelectMany(executor => Resolve(executor, options.SocketDirectory, endpoints))];

    private static IEnumerable<ExecutorTarget> Resolve(ExecutorOptions executor, string? socketDirectory, ServiceEndpoints endpoints)
    {
        var models = new OfferedModels(executor.Models.Count > 0 ? [.. executor.Models] : [executor.Id]);
        var rest = executor.Rest is not null ? [new Uri(executor.Rest)] : endpoints.GetAll(executor.Id);
        var grpc = executor.Grpc is not null ? [new Uri(executor.Grpc)]
            : executor.Rest is null ? endpoints.GetAll(executor.Id, "grpc")
            : [];
        if (rest.Count == 0)
        {
            throw new InvalidOperationException(
                $"The executor '{executor.Id}' has no address: configure services:{executor.Id}:http:0 or its Rest.");
        }

        if (grpc.Count > 0 && grpc.Count != rest.Count)
        {
            throw new InvalidOperationException(
                $"The executor '{executor.Id}' has {rest.Count} http but {grpc.Count} grpc addresses; each replica has one of both.");
        }

        if (executor.Socket is not null && rest.Count > 1)
        {
            throw new InvalidOperationException(
                $"The executor '{executor.Id}' has one Socket for {rest.Count} replicas; use the socket directory.");
        }

        for (var i = 0; i < rest.Count; i++)
        {
            var id = rest.Count == 1 ? executor.Id : $"{executor.Id}-{i}";
            var socket = executor.Socket ?? (socketDirectory is null ? null : Path.Combine(socketDirectory, id + ".sock"));
            yield return new ExecutorTarget(id, models, rest[i], grpc.Count > 0 ? grpc[i] : null, socket);
        }
    }
}
