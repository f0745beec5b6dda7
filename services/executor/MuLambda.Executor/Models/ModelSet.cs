using System.Collections.Frozen;
using MuLambda.Executor.Options;
using MuLambda.Protocol.Grpc;

namespace MuLambda.Executor.Models;

/// <summary>The models of this executor by name.</summary>
internal sealed class ModelSet : IDisposable
{
    private readonly FrozenDictionary<string, ServedModel> _models;

    public ModelSet(ExecutorOptions options)
    {
        All = [.. options.Models.Select(source => new ServedModel(source))];
        _models = All.ToFrozenDictionary(model => model.Name, StringComparer.Ordinal);
    }

    public IReadOnlyList<ServedModel> All { get; }

    public bool IsReady => All.All(model => model.Status.State == ModelState.Available);

    /// <summary>Finds a model by name, and by version where one is given.</summary>
    /// <exception cref="GrpcException">NOT_FOUND.</exception>
    public ServedModel Find(string name, long? version)
    {
        if (!_models.TryGetValue(name, out var model))
        {
            throw new GrpcException(
                StatusCode.NotFound, $"There is no model '{name}' here; served are {string.Join(", ", All.Select(m => m.Name))}.");
        }

        var served = model.Status.Version;
        return version is null || version == served || (served == 0 && model.Status.State == ModelState.Loading)
            ? model
            : throw new GrpcException(StatusCode.NotFound, $"There is no version {version} of '{name}' here; served is {served}.");
    }

    /// <summary>Finds a model that can run.</summary>
    /// <exception cref="GrpcException">NOT_FOUND; UNAVAILABLE while it is loading or when it could not be loaded.</exception>
    public (ServedModel Model, ModelStatus Status) FindAvailable(string name, long? version)
    {
        var model = Find(name, version);
        var status = model.Status;
        return status.State switch
        {
            ModelState.Available => (model, status),
            ModelState.Loading => throw new GrpcException(StatusCode.Unavailable, $"The model '{name}' is still loading. {status.Message}".TrimEnd()),
            _ => throw new GrpcException(StatusCode.Unavailable, $"The model '{name}' could not be loaded: {status.Message}"),
        };
    }

    public void Dispose()
    {
        foreach (var model in All)
        {
            model.Status.Model?.Dispose();
        }
    }
}
