using MuLambda.Simulation.Batching;

namespace MuLambda.Simulation.Scaling;

/// <summary>The models of the experiment, with how many requests come for each in a second when the most do: three or four replicas' worth.</summary>
public static class ScaledModels
{
    /// <summary>Two milliseconds, of which batches save little.</summary>
    public static ScaledModel Small { get; } = new("small", new BatchServer(0.5, 1.5, Sigma: 0.1), new ColdStart(150, 60), SloMs: 25);

    /// <summary>A convolutional network of a few layers.</summary>
    public static ScaledModel Cnn { get; } = new("cnn", new BatchServer(2, 6, Sigma: 0.1), new ColdStart(200, 150), SloMs: 60);

    /// <summary>A detector: 60 ms alone, a third of that in larger batches.</summary>
    public static ScaledModel Detector { get; } = new("detector", new BatchServer(40, 20, Sigma: 0.15), new ColdStart(250, 800), SloMs: 300);

    /// <summary>On a graphics processor: a batch of sixteen takes little more than twice as long as one request. It is slow to load.</summary>
    public static ScaledModel Gpu { get; } = new("gpu", new BatchServer(45, 4, Sigma: 0.1), new ColdStart(300, 1700), SloMs: 220);

    /// <summary>All of them.</summary>
    public static IReadOnlyList<ScaledModel> All { get; } = [Small, Cnn, Detector, Gpu];

    /// <summary>Requests a second when the most come.</summary>
    /// <param name="model">One of <see cref="All"/>.</param>
    public static double PeakPerSecond(ScaledModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        return model.Name switch
        {
            "small" => 900,
            "cnn" => 400,
            "detector" => 100,
            "gpu" => 450,
            _ => throw new ArgumentException($"There is no model '{model.Name}'.", nameof(model)),
        };
    }
}
