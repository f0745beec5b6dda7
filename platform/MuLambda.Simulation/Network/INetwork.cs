namespace MuLambda.Simulation;

/// <summary>The network's delays between nodes and clients. A selector is where the client is, plus its own delay.</summary>
public interface INetwork
{
    /// <summary>What a request takes from the client's place to a node, one way.</summary>
    /// <param name="node">The node's index.</param>
    /// <param name="client">The client's index.</param>
    /// <returns>Milliseconds, at least 0; the same at every call.</returns>
    double ToNodeMs(int node, int client);

    /// <summary>What an answer takes from a node to the client's place, one way, without jitter.</summary>
    /// <param name="node">The node's index.</param>
    /// <param name="client">The client's index.</param>
    /// <returns>Milliseconds, at least 0; the same at every call.</returns>
    double FromNodeMs(int node, int client);
}
