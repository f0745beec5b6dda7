using System.Collections.Concurrent;
using MuLambda.Catalog;
using MuLambda.Protocol.Grpc;

namespace MuLambda.Selector;

/// <summary>
/// The connections to the executors, one each, shared by all requests. One whose executor left or moved is closed when its last
/// request has ended.
/// </summary>
internal sealed class ExecutorConnections : IDisposable
{
    private readonly ConcurrentDictionary<string, Shared> _connections = new(StringComparer.Ordinal);

    public int Count => _connections.Count;

    /// <summary>Takes the executor's connection, until the lease is disposed.</summary>
    public Lease Take(Executor executor)
    {
        while (true)
        {
            if (_connections.TryGetValue(executor.Id, out var shared))
            {
                if (shared.Endpoints == executor.Endpoints && shared.TryEnter())
                {
                    return new Lease(shared);
                }

                if (_connections.TryRemove(KeyValuePair.Create(executor.Id, shared)))
                {
                    shared.Retire();
                }
            }
            else
            {
                var created = new Shared(executor.Endpoints);
                if (!_connections.TryAdd(executor.Id, created))
                {
                    created.Retire();
                }
            }
        }
    }

    /// <summary>Closes the connections of all other executors.</summary>
    public void Keep(IReadOnlyDictionary<string, Executor> executors)
    {
        foreach (var (id, shared) in _connections)
        {
            if ((!executors.TryGetValue(id, out var executor) || executor.Endpoints != shared.Endpoints)
                && _connections.TryRemove(KeyValuePair.Create(id, shared)))
            {
                shared.Retire();
            }
        }
    }

    public void Dispose()
    {
        foreach (var shared in _connections.Values)
        {
            shared.Retire();
        }

        _connections.Clear();
    }

    /// <summary>
    /// How an executor is called: its Unix socket when that is on this machine, else gRPC, else REST. Beside gRPC it may speak gRPC-Web where its REST is.
    /// </summary>
    internal static IExecutorConnection Connect(ExecutorEndpoints endpoints)
    {
        var web = GrpcAddress.TryParse(endpoints.Rest, out var rest, out _) ? rest : null;
        if (endpoints.Socket is { } socket && File.Exists(socket)
            && GrpcAddress.TryParse($"unix:{socket}", out var local, out _))
        {
            return new GrpcConnection(local, web);
        }

        return endpoints.Grpc is { } grpc && GrpcAddress.TryParse(grpc, out var remote, out _)
            ? new GrpcConnection(remote, web)
            : new RestConnection(new Uri(endpoints.Rest));
    }

    /// <summary>The right to use a connection.</summary>
    internal readonly struct Lease(Shared shared) : IDisposable
    {
        public IExecutorConnection Connection => shared.Connection;

        public void Dispose() => shared.Leave();
    }

    /// <summary>A connection and how many use it; the dictionary is one of them.</summary>
    internal sealed class Shared(ExecutorEndpoints endpoints)
    {
        private readonly Lock _gate = new();
        private int _users = 1;

        public ExecutorEndpoints Endpoints { get; } = endpoints;

        public IExecutorConnection Connection { get; } = Connect(endpoints);

        public bool TryEnter()
        {
            lock (_gate)
            {
                if (_users == 0)
                {
                    return false;
                }

                _users++;
                return true;
            }
        }

        public void Retire() => Leave();

        public void Leave()
        {
            lock (_gate)
            {
                if (--_users > 0)
                {
                    return;
                }
            }

            Connection.Dispose();
        }
    }
}
