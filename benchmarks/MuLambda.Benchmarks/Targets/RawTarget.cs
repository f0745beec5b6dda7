using MuLambda.Inference;

namespace MuLambda.Benchmarks.Targets;

/// <summary>The session itself in this process; as many runs at a time as there are processors, as in the executor.</summary>
internal sealed class RawTarget(BenchmarkModel model) : ITarget, IDisposable
{
    private readonly LoadedModel loaded = ModelLoader.Load(model.Path);
    private readonly SemaphoreSlim runs = new(Environment.ProcessorCount);

    public string Name => "raw session run";

    public ICaller CreateCaller(Payload payload) => new Caller(loaded, runs, payload);

    public void Dispose()
    {
        loaded.Dispose();
        runs.Dispose();
    }

    private sealed class Caller(LoadedModel loaded, SemaphoreSlim runs, Payload payload) : ICaller
    {
        private readonly Dictionary<string, Tensor>[] inputs =
            [.. payload.Parts.Select(part => new Dictionary<string, Tensor> { [part.InputName] = part.Tensor })];

        public async ValueTask CallAsync()
        {
            await runs.WaitAsync();
            try
            {
                foreach (var input in inputs)
                {
                    using var outputs = loaded.Run("", input);
                }
            }
            finally
            {
                runs.Release();
            }
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
