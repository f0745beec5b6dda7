namespace MuLambda.Catalog.Redis.Tests;

/// <summary>A fact that is skipped where redis-server is not installed.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class RedisFactAttribute : Xunit.FactAttribute
{
    public RedisFactAttribute() => Skip = RedisServer.Missing;
}
