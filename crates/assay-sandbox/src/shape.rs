//! What is fixed when a container is made, and how it is hardened.

use std::collections::HashMap;

use assay_core::Limits;
use bollard::models::{ContainerCreateBody, HostConfig, HostConfigLogConfig, ResourcesUlimits};

use crate::language::LanguageFolder;

/// User ids a container's programs get; no two containers of this process share one, because the
/// kernel counts a user's processes over all containers.
const UIDS: u32 = 900;

/// /dev/shm, in MiB at most: enough for semaphores and queues between a program's processes.
const SHARED_MB: u32 = 8;

/// What is fixed when a container is made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Shape {
    pub image: String,
    pub memory_mb: u32,
    pub disk_mb: u32,
    pub processes: u32,
    pub open_files: u32,
}

impl Shape {
    pub fn new(folder: &LanguageFolder, limits: &Limits) -> Self {
        Self {
            image: folder.image.clone(),
            memory_mb: limits.memory_mb,
            disk_mb: limits.disk_mb,
            processes: limits.processes,
            open_files: limits.open_files,
        }
    }

    /// What the engine is told to make. Every line here is a promise of `docs/sandbox.md`.
    pub fn body(
        &self,
        folder: &LanguageFolder,
        labels: HashMap<String, String>,
        slot: u32,
        podman: bool,
    ) -> ContainerCreateBody {
        let limits = &folder.definition.limits;
        let mib = |count: u32| i64::from(count) * 1024 * 1024;
        let memory = mib(self.memory_mb.max(limits.least_memory_mb))
            + mib(limits.overhead_mb)
            + mib(limits.build_mb);
        let folder_of = |exec: &str, size_mb: u32| {
            let options = format!("rw,nosuid,nodev,{exec},mode=1777,size={size_mb}m");
            // Podman knows no limit of the number of files; there they are bounded by the memory they take.
            if podman {
                options
            } else {
                format!("{options},nr_inodes={}", limits.inodes)
            }
        };
        let mut writable = HashMap::from([
            ("/tmp".to_owned(), folder_of("exec", self.disk_mb)),
            (
                "/dev/shm".to_owned(),
                folder_of("noexec", self.disk_mb.min(SHARED_MB)),
            ),
        ]);
        if limits.build_mb > 0 {
            writable.insert("/build".to_owned(), folder_of("exec", limits.build_mb));
        }
        if podman {
            // Podman makes these writable where the rest is not, unless something is there already.
            for path in ["/run", "/var/tmp"] {
                writable.insert(path.to_owned(), "ro,nosuid,nodev,noexec,size=4k".to_owned());
            }
        }
        let ulimit = |name: &str, value: i64| ResourcesUlimits {
            name: Some(name.to_owned()),
            soft: Some(value),
            hard: Some(value),
        };
        let mut ulimits = vec![
            ulimit("core", 0),
            ulimit("nofile", i64::from(self.open_files.max(256))),
            ulimit("memlock", 0),
            ulimit("msgqueue", 0),
        ];
        if podman {
            // Of itself it asks for a million, which an engine with few rights of its own cannot grant. What
            // bounds programs is lower, and set by the supervisor.
            ulimits.push(ulimit("nproc", 16_384));
        }
        let host = HostConfig {
            // Nothing of the host: no network, no mounts, no devices, none of its namespaces.
            network_mode: Some("none".to_owned()),
            ipc_mode: Some("private".to_owned()),
            readonly_rootfs: Some(true),
            privileged: Some(false),
            // The supervisor changes its children's user and ends them; programs get none of this.
            cap_drop: Some(vec!["ALL".to_owned()]),
            cap_add: Some(["SETUID", "SETGID", "KILL"].map(str::to_owned).to_vec()),
            // The engine's own system call filter is on unless it is switched off: it is not.
            security_opt: Some(vec!["no-new-privileges:true".to_owned()]),
            memory: Some(memory),
            // Equal to memory: no swap.
            memory_swap: Some(memory),
            pids_limit: Some(i64::from(self.processes) + i64::from(limits.overhead_processes)),
            tmpfs: Some(writable),
            ulimits: Some(ulimits),
            oom_score_adj: Some(0),
            auto_remove: Some(true),
            log_config: Some(HostConfigLogConfig {
                typ: Some("none".to_owned()),
                config: None,
            }),
            ..HostConfig::default()
        };
        ContainerCreateBody {
            image: Some(self.image.clone()),
            cmd: Some(folder.definition.supervisor.command.clone()),
            hostname: Some("sandbox".to_owned()),
            user: Some("0:0".to_owned()),
            attach_stdin: Some(true),
            attach_stdout: Some(true),
            attach_stderr: Some(true),
            open_stdin: Some(true),
            // When this program ends, however it does, the supervisor's input ends, and so does it.
            stdin_once: Some(true),
            tty: Some(false),
            env: Some(vec![
                format!("ASSAY_UID={}", 1000 + slot * UIDS),
                format!("ASSAY_UIDS={UIDS}"),
            ]),
            labels: Some(labels),
            host_config: Some(host),
            ..ContainerCreateBody::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::load_all;

    #[test]
    fn every_container_is_hardened() {
        let folder = load_all().unwrap().remove(0);
        let shape = Shape::new(&folder, &Limits::default());
        let options = |podman| {
            let body = shape.body(&folder, HashMap::new(), 3, podman);
            body.host_config.unwrap().tmpfs.unwrap()["/tmp"].clone()
        };
        assert!(options(false).contains(",nr_inodes="));
        assert!(!options(true).contains("nr_inodes"));
        let body = shape.body(&folder, HashMap::new(), 3, false);
        let host = body.host_config.unwrap();
        assert_eq!(host.network_mode.as_deref(), Some("none"));
        assert_eq!(host.readonly_rootfs, Some(true));
        assert_eq!(host.cap_drop.unwrap(), ["ALL"]);
        assert_eq!(host.memory, host.memory_swap);
        assert!(host.pids_limit.unwrap() < 100);
        let options = host.security_opt.unwrap();
        assert_eq!(options, ["no-new-privileges:true"]);
        assert_eq!((host.binds, host.mounts, host.devices), (None, None, None));
        assert_eq!(host.auto_remove, Some(true));
        assert!(body.env.unwrap().contains(&"ASSAY_UID=3700".to_owned()));
    }
}
