namespace MuLambda.Catalog.Redis;

/// <summary>The server did not answer: whether it carried the command out is not known.</summary>
internal sealed class RedisUnavailableException(string message, Exception inner) : Exception(message, inner);
