package aidpost;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.context.support.IValidationSupport;
import ca.uhn.fhir.interceptor.api.IInterceptorBroadcaster;
import ca.uhn.fhir.batch2.jobs.config.Batch2JobsConfig;
import ca.uhn.fhir.jpa.api.config.JpaStorageSettings;
import ca.uhn.fhir.jpa.api.config.ThreadPoolFactoryConfig;
import ca.uhn.fhir.jpa.api.dao.IFhirSystemDao;
import ca.uhn.fhir.jpa.batch2.JpaBatch2Config;
import ca.uhn.fhir.jpa.config.HapiJpaConfig;
import ca.uhn.fhir.jpa.config.r4.JpaR4Config;
import ca.uhn.fhir.jpa.config.util.HapiEntityManagerFactoryUtil;
import ca.uhn.fhir.jpa.model.config.PartitionSettings;
import ca.uhn.fhir.jpa.model.dialect.HapiFhirH2Dialect;
import ca.uhn.fhir.jpa.model.dialect.HapiFhirPostgresDialect;
import ca.uhn.fhir.jpa.provider.JpaCapabilityStatementProvider;
import ca.uhn.fhir.jpa.provider.JpaSystemProvider;
import ca.uhn.fhir.rest.api.EncodingEnum;
import ca.uhn.fhir.rest.server.FifoMemoryPagingProvider;
import ca.uhn.fhir.rest.server.RestfulServer;
import ca.uhn.fhir.rest.server.provider.ResourceProviderFactory;
import ca.uhn.fhir.rest.server.util.ISearchParamRegistry;
import ca.uhn.fhir.jpa.model.config.SubscriptionSettings;
import ca.uhn.fhir.jpa.subscription.channel.config.SubscriptionChannelConfig;
import jakarta.persistence.EntityManagerFactory;
import java.util.Properties;
import javax.sql.DataSource;
import org.apache.commons.dbcp2.BasicDataSource;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Primary;
import org.springframework.orm.jpa.JpaTransactionManager;
import org.springframework.orm.jpa.LocalContainerEntityManagerFactoryBean;
import org.springframework.transaction.annotation.EnableTransactionManagement;

/** A HAPI FHIR R4 JPA server over H2 or PostgreSQL, on a port of the loopback. It ends with its standard input. */
public final class Hapi {
  private Hapi() {}

  public static void main(String[] args) throws Exception {
    System.setProperty("aidpost.database", args[0]);
    endWithInput();
    AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext(Config.class);
    Server server = new Server();
    ServerConnector connector = new ServerConnector(server);
    connector.setHost("127.0.0.1");
    connector.setPort(0);
    server.addConnector(connector);
    ServletContextHandler servlets = new ServletContextHandler("/");
    servlets.addServlet(new ServletHolder(new Fhir(context)), "/fhir/*");
    server.setHandler(servlets);
    server.start();
    System.out.println("ready http://127.0.0.1:" + connector.getLocalPort() + "/fhir");
    server.join();
  }

  /** Whoever started this and died did not stop it. */
  private static void endWithInput() {
    Thread watch = new Thread(() -> {
      try {
        while (System.in.read() >= 0) {}
      } catch (java.io.IOException e) {
        // as good as its end
      }
      Runtime.getRuntime().halt(1);
    });
    watch.setDaemon(true);
    watch.start();
  }

  /** The FHIR interface in front of the store. */
  static final class Fhir extends RestfulServer {
    private final transient AnnotationConfigApplicationContext context;

    Fhir(AnnotationConfigApplicationContext context) {
      super(context.getBean(FhirContext.class));
      this.context = context;
    }

    @Override
    @SuppressWarnings("unchecked")
    protected void initialize() {
      registerProviders(context.getBean("myResourceProvidersR4", ResourceProviderFactory.class).createProviders());
      registerProvider(context.getBean(JpaSystemProvider.class));
      setServerConformanceProvider(new JpaCapabilityStatementProvider(
          this, context.getBean("mySystemDaoR4", IFhirSystemDao.class), context.getBean(JpaStorageSettings.class),
          context.getBean(ISearchParamRegistry.class), context.getBean(IValidationSupport.class)));
      setDefaultResponseEncoding(EncodingEnum.JSON);
      setPagingProvider(new FifoMemoryPagingProvider(10));
    }
  }

  @Configuration
  @EnableTransactionManagement
  @Import({JpaR4Config.class, HapiJpaConfig.class, JpaBatch2Config.class, Batch2JobsConfig.class, ThreadPoolFactoryConfig.class, SubscriptionChannelConfig.class})
  static class Config {
    @Bean
    public JpaStorageSettings storageSettings() {
      JpaStorageSettings settings = new JpaStorageSettings();
      settings.setResourceClientIdStrategy(JpaStorageSettings.ClientIdStrategyEnum.ALPHANUMERIC);
      settings.setExpungeEnabled(true); // each test begins with nothing
      settings.setAllowMultipleDelete(true);
      return settings;
    }

    @Bean
    public SubscriptionSettings subscriptionSettings() {
      return new SubscriptionSettings();
    }

    @Bean
    public PartitionSettings partitionSettings() {
      return new PartitionSettings();
    }

    private static boolean postgres() {
      return System.getProperty("aidpost.database").startsWith("jdbc:postgresql:");
    }

    @Bean(destroyMethod = "close")
    public DataSource dataSource() {
      BasicDataSource source = new BasicDataSource();
      source.setUrl(System.getProperty("aidpost.database"));
      if (postgres()) {
        source.setDriver(new org.postgresql.Driver());
        source.setUsername(System.getenv("PGUSER"));
        source.setPassword(System.getenv("PGPASSWORD"));
      } else {
        source.setDriver(new org.h2.Driver());
        source.setUsername("sa");
        source.setPassword("");
      }
      source.setMaxTotal(10);
      return source;
    }

    @Bean
    public LocalContainerEntityManagerFactoryBean entityManagerFactory(
        ConfigurableListableBeanFactory beans, FhirContext fhir, DataSource source, JpaStorageSettings settings) {
      LocalContainerEntityManagerFactoryBean factory =
          HapiEntityManagerFactoryUtil.newEntityManagerFactory(beans, fhir, settings);
      factory.setPersistenceUnitName("HAPI_PU");
      factory.setDataSource(source);
      Properties p = new Properties();
      p.put("hibernate.dialect", (postgres() ? HapiFhirPostgresDialect.class : HapiFhirH2Dialect.class).getName());
      p.put("hibernate.hbm2ddl.auto", "update");
      p.put("hibernate.jdbc.batch_size", "20");
      p.put("hibernate.cache.use_query_cache", "false");
      p.put("hibernate.cache.use_second_level_cache", "false");
      p.put("hibernate.search.enabled", "false");
      factory.setJpaProperties(p);
      return factory;
    }

    @Primary
    @Bean({"transactionManager", "hapiTransactionManager"})
    public JpaTransactionManager transactionManager(EntityManagerFactory factory) {
      return new JpaTransactionManager(factory);
    }
  }
}
