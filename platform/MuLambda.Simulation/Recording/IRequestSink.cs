namespace MuLambda.Simulation;

/// <summary>Takes the requests of a run, each once, in the order in which they end.</summary>
public interface IRequestSink
{
    /// <summary>A request ended.</summary>
    /// <param name="record">What became of it.</param>
    void Finished(in RequestRecord record);
}
