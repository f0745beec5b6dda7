namespace MuLambda.Catalog.Redis.Tests;

/// <summary>A theory that is skipped where redis-server is not installed.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class RedisTheoryAttribute : Xunit.TheoryAttribute
{
    public RedisTheoryAttribute() => Skip = RedisServer.Missing;
}
